using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebhookService.Api.Problems;
using WebhookService.Api.Security;
using WebhookService.Domain;
using WebhookService.Domain.Reading;

namespace WebhookService.Api.Transactions;

/// <summary>Sends transactions as a file.</summary>
[Route("v1/transactions/export")]
[Authorize(Policy = Access.Read)]
[Tags("Transactions")]
internal sealed partial class ExportController(ITransactionReader reader, ILogger<ExportController> logger)
    : ControllerBase
{
    /// <summary>Export transactions, newest first</summary>
    /// <remarks>
    /// All that the filters of the list find, in pages that are read while they are sent, so that the memory needed
    /// does not depend on their number. Should the store fail in between, the transfer is aborted, never ended early.
    /// In CSV, a text that a spreadsheet would run as a formula has an apostrophe before it; JSON lines are exact.
    /// </remarks>
    /// <param name="query">Filters, and the format.</param>
    /// <param name="cancellationToken">Cancels the rest when the caller disconnects.</param>
    /// <response code="200">The transactions; JSON lines are `application/x-ndjson`.</response>
    /// <response code="400">A query parameter breaks its rule; `errors` names it.</response>
    /// <response code="503">The store cannot be read now, or the filter takes too long.</response>
    [HttpGet(Name = "exportTransactions")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesResponseType<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task Export([FromQuery] ExportParameters query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.TryRead(out var filter, out var errors))
        {
            await HttpContext.WriteProblemAsync(
                StatusCodes.Status400BadRequest, "One or more query parameters break a rule.", errors);
            return;
        }

        var isCsv = query.Format == ExportParameters.Csv;
        var page = await reader.ListAsync(filter, cancellationToken);
        Response.ContentType = isCsv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
        Response.Headers.ContentDisposition = $"attachment; filename=\"transactions.{query.Format}\"";
        var text = new StringBuilder(isCsv ? CsvLine.Header : "");
        try
        {
            while (true)
            {
                Append(text, page.Take(filter.Limit), isCsv);
                await Response.WriteAsync(text.ToString(), cancellationToken);
                text.Clear();
                if (page.Count <= filter.Limit)
                {
                    return;
                }

                filter = filter with { After = PageCursor.Of(page[filter.Limit - 1]) };
                page = await reader.ListAsync(filter, cancellationToken);
            }
        }
        catch (StoreUnavailableException exception)
        {
            // The status is sent; only an aborted transfer tells the client that something is missing.
            Log.Aborted(logger, exception.Message);
            HttpContext.Abort();
        }
    }

    private static void Append(StringBuilder text, IEnumerable<Transaction> rows, bool isCsv)
    {
        foreach (var row in rows.Select(TransactionResponse.From))
        {
            if (isCsv)
            {
                CsvLine.Append(text, row);
            }
            else
            {
                text.Append(JsonSerializer.Serialize(row, TransactionJson.Default.TransactionResponse)).Append('\n');
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(107, LogLevel.Warning, "An export was aborted: {Reason}")]
        public static partial void Aborted(ILogger logger, string reason);
    }
}
