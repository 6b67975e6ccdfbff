namespace WebhookService.Infrastructure.Writing.PostgreSql;

/// <summary>The part of a statement that finds the rows to change.</summary>
internal static class PostgreSqlRows
{
    /// <summary>
    /// Joins each element of a list with its row, <c>own</c>, if a condition holds: found by the id, then checked.
    /// </summary>
    /// <remarks>
    /// <c>OFFSET 0</c> keeps the planner from changing that order. Without statistics, as in the first minute of a
    /// database, it takes <c>status = 'PROCESSING'</c> for a condition that holds for one row, and compared each such
    /// row with the whole list: 4.7 s for 60,000 rows and 512 completions, which take 9 ms now.
    /// The statement finds the row again by its place, and has to compare the columns of the condition again: a row
    /// that another session has changed since then is left alone.
    /// </remarks>
    /// <param name="id">The element's id.</param>
    /// <param name="columns">The columns that the condition uses.</param>
    /// <param name="condition">The condition.</param>
    public static string Found(string id, string columns, string condition) => $"""
        CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT ctid AS place, {columns} FROM transactions WHERE transaction_id = {id} OFFSET 0) AS found
            WHERE {condition} OFFSET 0) AS own
        """;
}
