using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;

namespace Pryvd.Commands;

/// <summary>A command as it was found in the log: decoded, or null when the bytes are no command.</summary>
public sealed record EntryCommand(LogIndex Index, CommandEnvelope? Envelope)
{
    public static EntryCommand Decode(LogIndex index, ReadOnlySpan<byte> data)
    {
        if (data.Length > Limits.CommandBytes)
        {
            return new EntryCommand(index, null);
        }

        try
        {
            return new EntryCommand(index, CommandEnvelope.Parser.ParseFrom(data));
        }
        catch (InvalidProtocolBufferException)
        {
            // What these bytes are is answered to whoever proposed them; the entry stays in the log on every node alike.
            return new EntryCommand(index, null);
        }
    }

    /// <summary>Whether this build must stop before this command (M13): what it would do to the state is not known here.</summary>
    public NewerCommand? Gate()
    {
        var needs = Math.Max(Envelope?.Version ?? 0, Envelope?.RaiseClusterVersion?.Version ?? 0);
        return needs > CommandVersions.Known ? new NewerCommand(Index, needs) : null;
    }
}
