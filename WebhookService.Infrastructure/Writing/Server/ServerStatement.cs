using System.Data.Common;

namespace WebhookService.Infrastructure.Writing.Server;

/// <summary>One of the statements of a round trip, and what it is given.</summary>
internal readonly record struct ServerStatement(string Sql, params DbParameter[] Parameters);
