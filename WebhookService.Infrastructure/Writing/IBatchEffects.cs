namespace WebhookService.Infrastructure.Writing;

/// <summary>The effects of a batch in this process's memory, before and after its commit.</summary>
internal interface IBatchEffects
{
    /// <summary>
    /// Call it before the batch is written, and again for adds that top it up, from the first of those.
    /// </summary>
    void Prepare(WriteBatch batch, int firstAdd);

    /// <summary>Undoes <see cref="Prepare"/>, since the batch was not acknowledged.</summary>
    void Cancel(WriteBatch batch, CommitFault fault);

    /// <summary>Call it once the batch is durable, before any request is answered.</summary>
    void Apply(WriteBatch batch);
}
