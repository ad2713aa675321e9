using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Store;
using Pryvd.Tests.Commands;
using Pryvd.Tests.Store;

namespace Pryvd.Tests.Fuzz;

/// <summary>Invariant 4: whatever bytes a log entry holds, every node makes the same of them, and none of them ends a node.</summary>
[Trait("Category", "Fuzz")]
public sealed class CommandFuzzTests
{
    private const int Length = 120;

    [Fact]
    public Task Any_bytes_in_any_entry_are_applied_or_refused_alike_by_two_nodes() => FuzzRuns.EachAsync(12, random =>
    {
        using var here = new Folder();
        using var there = new Folder();
        using var one = StateStore.Open(here.Path);
        using var other = StateStore.Open(there.Path);
        var log = RandomLog.Of(random.Next(), Length).Select((entry, i) => i > 0 && random.Next(3) == 0 ? Garbled(entry, random) : entry).ToList();
        Assert.Null(one.ApplyBatch(log).Stopped);
        foreach (var entry in log)
        {
            other.ApplyBatch([entry]);
        }

        Assert.Equal(one.Digest, other.Digest);
        Assert.Equal(one.Digest, one.RecomputeDigest());
    });

    /// <summary>Also of what parses: fields of one command in the envelope of another, at extremes.</summary>
    private static Entry Garbled(Entry entry, Random random)
    {
        var bytes = Mutated.Of(entry.Data.ToArray(), random);
        try
        {
            var envelope = Pryv.Internal.V1.CommandEnvelope.Parser.ParseFrom(bytes);
            envelope.Version = Math.Min(envelope.Version, 1);
            envelope.RequestIndex = random.Next(4) == 0 ? long.MaxValue : envelope.RequestIndex;
            if (envelope.RaiseClusterVersion is { } raise)
            {
                raise.Version = Math.Min(raise.Version, 1);
            }

            bytes = envelope.ToByteArray();
        }
        catch (InvalidProtocolBufferException)
        {
            // No command at all; that must be borne as well.
        }

        return Make.Raw(entry.Index.Value, bytes) with { Kind = entry.Kind };
    }
}
