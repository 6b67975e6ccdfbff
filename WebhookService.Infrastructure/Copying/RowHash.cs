using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Hashes what the values of a row mean: equal rows of different databases have equal hashes.</summary>
internal sealed class RowHash
{
    private const byte Null = 0;
    private const byte Value = 1;

    // Divided by this, a decimal loses its trailing zeros: 1.50 and 1.5 are the same amount.
    private const decimal WithoutZeros = 1.0000000000000000000000000000m;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>SHA-256 of the values, each with its length if that varies.</summary>
    public byte[] Compute(object?[] row)
    {
        _bytes.ResetWrittenCount();
        foreach (var value in row)
        {
            Append(value);
        }

        return SHA256.HashData(_bytes.WrittenSpan);
    }

    private void Append(object? value)
    {
        _bytes.Write([value is null ? Null : Value]);
        switch (value)
        {
            case null:
                break;
            case long number:
                Append(number);
                break;
            case bool flag:
                Append(flag ? 1 : 0);
                break;
            case decimal amount:
                Span<int> parts = stackalloc int[4];
                decimal.GetBits(amount / WithoutZeros, parts);
                foreach (var part in parts)
                {
                    Append(part);
                }

                break;
            case string text:
                Append(Encoding.UTF8.GetByteCount(text));
                Encoding.UTF8.GetBytes(text, _bytes);
                break;
            case byte[] bytes:
                Append(bytes.Length);
                _bytes.Write(bytes);
                break;
            default:
                throw new NotSupportedException($"A row has a value of the type {value.GetType()}.");
        }
    }

    private void Append(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }
}
