using System.Globalization;
using System.Net;
using System.Text;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>A bar chart of accepted requests per second at 64 connections, legible in light and dark mode.</summary>
internal static class Chart
{
    private const int Width = 800;
    private const int Row = 40;
    private const int Top = 44;
    private const int BarLeft = 360;
    private const int BarWidth = 330;

    public static string Draw(Results results)
    {
        var most = results.Subjects.Max(subject => results.Median(subject, 64, sample => sample.Rate));
        var height = Top + (Row * results.Subjects.Length) + 10;
        var picture = new StringBuilder(Invariant($$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{height}}" font-family="system-ui, sans-serif" font-size="13" role="img">
              <title>Accepted requests per second at 64 connections</title>
              <style>
                text { fill: #1f2328 } .bar { fill: #8c959f } .own { fill: #0969da }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .own { fill: #4493f8 } }
              </style>
              <text x="0" y="20" font-weight="600">Accepted requests per second, 64 connections, same machine and run</text>

            """));
        foreach (var (subject, index) in results.Subjects.Select((subject, index) => (subject, index)))
        {
            var rate = results.Median(subject, 64, sample => sample.Rate);
            var y = Top + (index * Row);
            var length = Math.Max(1, rate / most * BarWidth);
            var kind = subject.Name.StartsWith(results.Service.Name, StringComparison.Ordinal) ? "own" : "bar";
            picture.Append(Invariant($"""
                  <text x="{BarLeft - 10}" y="{y + 17}" text-anchor="end">{WebUtility.HtmlEncode(subject.Name)}</text>
                  <rect class="{kind}" x="{BarLeft}" y="{y}" width="{length:0}" height="26" rx="3"/>
                  <text x="{BarLeft + length + 8:0}" y="{y + 17}">{rate:#,0}</text>

                """));
        }

        return picture.Append("</svg>\n").ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
