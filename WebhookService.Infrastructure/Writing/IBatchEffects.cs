namespace WebhookService.Infrastructure.Writing;

/// <summary>What goes with a batch in the memory of this process, before its commit and after.</summary>
internal interface IBatchEffects
{
    /// <summary>
    /// Call it before the batch is written, and again for the adds that come into it later, from the first of those.
    /// </summary>
    void Prepare(WriteBatch batch, int firstAdd);

    /// <summary>Takes back what was prepared, since the batch was not acknowledged.</summary>
    void Cancel(WriteBatch batch, CommitFault fault);

    /// <summary>Call it when the batch is durable, before anybody is answered.</summary>
    void Apply(WriteBatch batch);
}
