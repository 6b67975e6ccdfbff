using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace WebhookService.Api.Http;

/// <summary>
/// Adds the controllers of this assembly, which are internal, and gives them their own rules for binding and JSON, so
/// that neither they nor the controllers of the application around them change each other.
/// </summary>
/// <param name="isWholeService">
/// Whether the process is this service alone, so that it also answers at the root and is described by OpenAPI.
/// </param>
internal sealed class ServiceControllers(bool isWholeService)
    : IApplicationFeatureProvider<ControllerFeature>, IApplicationModelConvention
{
    private static readonly Assembly Own = typeof(ServiceControllers).Assembly;

    /// <summary>Whether the request is for an action of this service.</summary>
    public static bool Answer(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>()?.ControllerTypeInfo.Assembly == Own;

    public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature)
    {
        var own = Own.DefinedTypes
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ControllerBase)))
            .Where(type => isWholeService || !type.IsDefined(typeof(WholeServiceOnlyAttribute)));
        foreach (var type in own.Except(feature.Controllers).ToList())
        {
            feature.Controllers.Add(type);
        }
    }

    // The rules of the second registration, for the whole service, replace those of the first.
    public void Apply(ApplicationModel application)
    {
        foreach (var controller in application.Controllers.Where(it => it.ControllerType.Assembly == Own))
        {
            controller.ApiExplorer.IsVisible = isWholeService;
            if (!controller.Filters.OfType<AnswerJson>().Any())
            {
                controller.Filters.Add(new FormlessBinding());
                controller.Filters.Add(new AnswerJson());
            }
        }
    }
}
