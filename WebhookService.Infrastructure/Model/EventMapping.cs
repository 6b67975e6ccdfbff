using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebhookService.Domain;

namespace WebhookService.Infrastructure.Model;

/// <summary>The mapping of the events of sources and of the quarantine.</summary>
internal static class EventMapping
{
    public static void MapEvent(EntityTypeBuilder<EventRow> row)
    {
        row.ToTable("events");
        row.HasKey(e => e.Sequence);
        row.Property(e => e.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        row.Property(e => e.EventType).HasColumnName("event_type").HasMaxLength(SourceEvent.MaxTextLength);
        row.Property(e => e.EventId).HasColumnName("event_id").HasMaxLength(SourceEvent.MaxTextLength);
        row.Property(e => e.OccurredAt).HasColumnName("occurred_at");
        row.Property(e => e.ContentType).HasColumnName("content_type").HasMaxLength(EventPayload.MaxContentTypeLength);

        // Last, so that the other columns can be read without it.
        row.Property(e => e.Body).HasColumnName("body");
    }

    public static void MapQuarantine(EntityTypeBuilder<QuarantineRow> row)
    {
        row.ToTable("quarantine");
        row.HasKey(q => q.Id);
        row.Property(q => q.Id).HasColumnName("id").ValueGeneratedOnAdd();
        row.Property(q => q.Source).HasColumnName("source").HasMaxLength(SourceEvent.MaxSourceLength);
        row.Property(q => q.EventKey).HasColumnName("event_key").HasMaxLength(QuarantinedEvent.KeyLength);
        row.Property(q => q.ReceivedAt).HasColumnName("received_at");
        row.Property(q => q.LastReceivedAt).HasColumnName("last_received_at");
        row.Property(q => q.Reason).HasColumnName("reason").HasMaxLength(Attempt.MaxTextLength);
        row.Property(q => q.EventType).HasColumnName("event_type").HasMaxLength(SourceEvent.MaxTextLength);
        row.Property(q => q.EventId).HasColumnName("event_id").HasMaxLength(SourceEvent.MaxTextLength);
        row.Property(q => q.Times).HasColumnName("times");
        row.Property(q => q.Headers).HasColumnName("headers");
        row.Property(q => q.ContentType).HasColumnName("content_type").HasMaxLength(EventPayload.MaxContentTypeLength);
        row.Property(q => q.Body).HasColumnName("body");

        row.HasIndex(q => new { q.Source, q.EventKey }).IsUnique().HasDatabaseName("ux_quarantine_event");

        // For the pages of one source, and for pruning; the number of rows is read from the smallest index.
        row.HasIndex(q => new { q.Source, q.Id }).HasDatabaseName("ix_quarantine_source");
        row.HasIndex(q => q.LastReceivedAt).HasDatabaseName("ix_quarantine_last_received");
    }
}
