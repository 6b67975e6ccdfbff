namespace WebhookService.Api.OnCall;

/// <summary>Marks an action whose body is an operator's note, for the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OperatorNoteAttribute(string member = OperatorNote.Reason) : Attribute
{
    /// <summary>The member of the body.</summary>
    public string Member => member;
}
