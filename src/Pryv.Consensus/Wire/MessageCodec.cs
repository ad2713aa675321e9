using Pryv.Consensus.Core;

namespace Pryv.Consensus.Wire;

/// <summary>Messages as bytes: a version, a kind, the common fields, then the kind's own. Little-endian, lengths before contents.</summary>
public static class MessageCodec
{
    /// <summary>Raised when a kind or field is added; a peer's frames carry it, so that mixed versions are told apart before decoding.</summary>
    public const byte Version = 1;

    private const int LeastEntrySize = 21;

    private enum Kind : byte
    {
        PreVote = 1,
        PreVoteReply,
        Vote,
        VoteReply,
        Append,
        AppendReply,
        Heartbeat,
        HeartbeatReply,
        ReadIndex,
        ReadIndexReply,
        TimeoutNow,
        SnapshotChunk,
        SnapshotReply,
    }

    public static ReadOnlyMemory<byte> Encode(Message message)
    {
        var writer = new WireWriter(SizeHint(message));
        writer.Byte(Version);
        writer.Byte((byte)KindOf(message));
        writer.Id(message.From);
        writer.Id(message.To);
        writer.Long(message.Term.Value);
        WriteBody(writer, message);
        return writer.Written;
    }

    /// <summary>Entries and pieces of snapshots are slices of <paramref name="bytes"/>, not copies.</summary>
    /// <exception cref="WireFormatException">The bytes are no message, or one of another version.</exception>
    public static Message Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var version = reader.Byte();
        if (version != Version)
        {
            throw new WireFormatException($"the message has version {version}, this build reads version {Version}");
        }

        var kind = (Kind)reader.Byte();
        var from = reader.Id();
        var to = reader.Id();
        var term = new Term(reader.Natural());
        var message = ReadBody(ref reader, kind, from, to, term);
        reader.End();
        return message;
    }

    private static int SizeHint(Message message) => message switch
    {
        Message.Append m => 96 + m.Entries.Sum(e => e.Data.Length + LeastEntrySize),
        Message.SnapshotChunk m => 1024 + m.Data.Length,
        _ => 96,
    };

    private static Kind KindOf(Message message) => message switch
    {
        Message.PreVote => Kind.PreVote,
        Message.PreVoteReply => Kind.PreVoteReply,
        Message.Vote => Kind.Vote,
        Message.VoteReply => Kind.VoteReply,
        Message.Append => Kind.Append,
        Message.AppendReply => Kind.AppendReply,
        Message.Heartbeat => Kind.Heartbeat,
        Message.HeartbeatReply => Kind.HeartbeatReply,
        Message.ReadIndex => Kind.ReadIndex,
        Message.ReadIndexReply => Kind.ReadIndexReply,
        Message.TimeoutNow => Kind.TimeoutNow,
        Message.SnapshotChunk => Kind.SnapshotChunk,
        Message.SnapshotReply => Kind.SnapshotReply,
        _ => throw new InvariantException($"{message.GetType().Name} has no encoding"),
    };

    private static void WriteBody(WireWriter writer, Message message)
    {
        switch (message)
        {
            case Message.PreVote m: writer.Position(m.Last); break;
            case Message.PreVoteReply m: writer.Bool(m.Granted); break;
            case Message.Vote m: writer.Position(m.Last); writer.Bool(m.Transfer); break;
            case Message.VoteReply m: writer.Bool(m.Granted); break;
            case Message.Append m: WriteAppend(writer, m); break;
            case Message.AppendReply m: writer.Bool(m.Accepted); writer.Long(m.Index.Value); writer.Position(m.Hint); break;
            case Message.Heartbeat m: writer.Long(m.Commit.Value); writer.Long(m.Round); break;
            case Message.HeartbeatReply m: writer.Long(m.Round); break;
            case Message.ReadIndex m: writer.Long(m.Id); break;
            case Message.ReadIndexReply m: writer.Long(m.Id); writer.Long(m.Index.Value); break;
            case Message.SnapshotChunk m: WriteChunk(writer, m); break;
            case Message.SnapshotReply m: writer.Long(m.Index.Value); writer.Long(m.Offset); break;
            default: break;
        }
    }

    private static Message ReadBody(ref WireReader reader, Kind kind, MemberId from, MemberId to, Term term) => kind switch
    {
        Kind.PreVote => new Message.PreVote(from, to, term, reader.Position()),
        Kind.PreVoteReply => new Message.PreVoteReply(from, to, term, reader.Bool()),
        Kind.Vote => new Message.Vote(from, to, term, reader.Position(), reader.Bool()),
        Kind.VoteReply => new Message.VoteReply(from, to, term, reader.Bool()),
        Kind.Append => ReadAppend(ref reader, from, to, term),
        Kind.AppendReply => new Message.AppendReply(from, to, term, reader.Bool(), new LogIndex(reader.Natural()), reader.Position()),
        Kind.Heartbeat => new Message.Heartbeat(from, to, term, new LogIndex(reader.Natural()), reader.Natural()),
        Kind.HeartbeatReply => new Message.HeartbeatReply(from, to, term, reader.Natural()),
        Kind.ReadIndex => new Message.ReadIndex(from, to, term, reader.Long()),
        Kind.ReadIndexReply => new Message.ReadIndexReply(from, to, term, reader.Long(), new LogIndex(reader.Natural())),
        Kind.TimeoutNow => new Message.TimeoutNow(from, to, term),
        Kind.SnapshotChunk => ReadChunk(ref reader, from, to, term),
        Kind.SnapshotReply => new Message.SnapshotReply(from, to, term, new LogIndex(reader.Natural()), reader.Natural()),
        _ => throw new WireFormatException($"no message has kind {(byte)kind}"),
    };

    private static void WriteAppend(WireWriter writer, Message.Append m)
    {
        writer.Position(m.Previous);
        writer.Long(m.Commit.Value);
        writer.Int(m.Entries.Count);
        foreach (var entry in m.Entries)
        {
            writer.Long(entry.Term.Value);
            writer.Byte((byte)entry.Kind);
            writer.Bytes(entry.Data.Span);
        }
    }

    private static Message.Append ReadAppend(ref WireReader reader, MemberId from, MemberId to, Term term)
    {
        var previous = reader.Position();
        var commit = new LogIndex(reader.Natural());
        var count = reader.Count(8 + 1 + 4);
        if (previous.Index.Value > long.MaxValue - count)
        {
            throw new WireFormatException($"no log has entries after {previous.Index}");
        }

        var entries = new Entry[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = ReadEntry(ref reader, previous.Index + (i + 1));
            if (entries[i].Term > term || entries[i].Term < (i == 0 ? previous.Term : entries[i - 1].Term))
            {
                throw new WireFormatException($"entry {entries[i].Index} of term {entries[i].Term} cannot stand there in a message of term {term}: terms never go back");
            }
        }

        return new Message.Append(from, to, term, previous, commit, entries);
    }

    private static Entry ReadEntry(ref WireReader reader, LogIndex index)
    {
        var term = new Term(reader.Natural());
        var kind = (EntryKind)reader.Byte();
        var data = reader.Bytes();
        if (kind > EntryKind.Configuration)
        {
            throw new WireFormatException($"entry {index} has unknown kind {(byte)kind}");
        }

        if (kind == EntryKind.Configuration)
        {
            // Refused here, where it costs the sender its stream, and not once it is in the log, where it would cost the member.
            ConfigurationCodec.Decode(data);
        }

        return new Entry(index, term, kind, data);
    }

    private static void WriteChunk(WireWriter writer, Message.SnapshotChunk m)
    {
        writer.Position(m.Snapshot.Position);
        writer.Bytes(ConfigurationCodec.Encode(m.Snapshot.Configuration).Span);
        writer.Long(m.Snapshot.Size);
        writer.Long(m.Snapshot.Id);
        writer.Long(m.Offset);
        writer.Bytes(m.Data.Span);
    }

    private static Message.SnapshotChunk ReadChunk(ref WireReader reader, MemberId from, MemberId to, Term term)
    {
        var position = reader.Position();
        var configuration = ConfigurationCodec.Decode(reader.Bytes());
        var meta = new SnapshotMeta(position, configuration, reader.Natural(), reader.Long());
        var offset = reader.Natural();
        var data = reader.Bytes();
        return offset <= meta.Size - data.Length
            ? new Message.SnapshotChunk(from, to, term, meta, offset, data)
            : throw new WireFormatException($"a piece at {offset} of {data.Length} bytes goes past the snapshot's {meta.Size}");
    }
}
