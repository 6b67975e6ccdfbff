using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace WebhookService.Tests.Embedding;

/// <summary>A controller of an application with the service in it; public, since MVC finds only such.</summary>
[ApiController]
[Route("v1/orders")]
public sealed class OrdersController : ControllerBase
{
    /// <summary>Answers with a member whose name has two words.</summary>
    [HttpGet("{id}")]
    public ActionResult<Order> Get(string id) => id == "broken" ? throw new BadHttpRequestException("odd", 418) : Ok(new Order(id));

    /// <summary>Answers with a field of a form.</summary>
    [HttpPost("form")]
    public ActionResult<Order> Post([FromForm] string orderId) => Ok(new Order(orderId));
}

/// <summary>An answer of the application.</summary>
public sealed record Order(string OrderId);
