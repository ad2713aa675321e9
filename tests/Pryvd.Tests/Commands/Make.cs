using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Internal.V1;

namespace Pryvd.Tests.Commands;

/// <summary>Commands and entries as a leader would make them.</summary>
internal static class Make
{
    public const long StartMs = 1_800_000_000_000;

    public static readonly ByteString TokenHash = Hash(7);

    public static Entry Entry(long index, CommandEnvelope envelope) =>
        new(new LogIndex(index), new Term(1), EntryKind.Command, envelope.ToByteArray());

    public static Entry Raw(long index, byte[] data) => new(new LogIndex(index), new Term(1), EntryKind.Command, data);

    public static CommandEnvelope Envelope(Action<CommandEnvelope> fill)
    {
        var envelope = new CommandEnvelope
        {
            Version = 1,
            TimeMs = StartMs,
            Actor = new Actor { Node = "n1", Uid = 1000, Pid = 42 },
            Cause = "test",
        };
        fill(envelope);
        return envelope;
    }

    public static CommandEnvelope With(this CommandEnvelope envelope, string requestId, long requestIndex)
    {
        envelope.RequestId = requestId;
        envelope.RequestIndex = requestIndex;
        return envelope;
    }

    public static CommandEnvelope At(this CommandEnvelope envelope, long timeMs)
    {
        envelope.TimeMs = timeMs;
        return envelope;
    }

    public static CommandEnvelope Bootstrap() => Envelope(envelope => envelope.BootstrapCluster = new BootstrapCluster
    {
        ClusterId = "8d3f",
        Name = "demo",
        Node = Node("n1", "id1", "1", 1),
        AuthorityCertificate = ByteString.CopyFromUtf8("authority"),
        WrappedKeys = ByteString.CopyFromUtf8("wrapped"),
        RecoveryPublicKey = ByteString.CopyFromUtf8("recovery"),
        ClusterVersion = 1,
    });

    public static CommandEnvelope Set(string scope, string key, string json, long? ifVersion = null) =>
        Envelope(envelope => envelope.SetVars = new SetVars { Writes = { Write(scope, key, json, ifVersion) } });

    public static VarWrite Write(string scope, string key, string json, long? ifVersion = null)
    {
        var write = new VarWrite { Scope = scope, Key = key, Json = json };
        if (ifVersion is { } version)
        {
            write.IfVersion = version;
        }

        return write;
    }

    public static CommandEnvelope Delete(string scope, string key, long? ifVersion = null) => Envelope(envelope =>
    {
        var delete = new VarDelete { Scope = scope, Key = key };
        if (ifVersion is { } version)
        {
            delete.IfVersion = version;
        }

        envelope.DeleteVars = new DeleteVars { Deletes = { delete } };
    });

    public static CommandEnvelope Token(string id, string role = "auto", long lifeMs = 3_600_000) => Envelope(envelope =>
        envelope.CreateToken = new CreateToken { Id = id, Hash = TokenHash, Role = role, ExpiresMs = StartMs + lifeMs });

    public static CommandEnvelope Admit(string token, NodeRecord node, params VarWrite[] vars) => Envelope(envelope =>
        envelope.AdmitNode = new AdmitNode { TokenId = token, TokenHash = TokenHash, Node = node, Vars = { vars } });

    public static CommandEnvelope State(string node, string from, string to) => Envelope(envelope =>
        envelope.ChangeNodeState = new ChangeNodeState { Node = node, From = from, To = to });

    public static CommandEnvelope Dismiss(string node, string why = "decommissioned") => Envelope(envelope =>
        envelope.DismissNode = new DismissNode { Node = node, Why = why });

    /// <summary>A node whose certificate's serial and key hash follow from one number.</summary>
    public static NodeRecord Node(string name, string id, string member, byte key) => new()
    {
        Id = id,
        Name = name,
        Address = "10.0.0.1:7411",
        Member = member,
        Datacenter = "dc1",
        Role = "auto",
        Version = "0.1.0",
        CommandVersion = 1,
        SealingKey = ByteString.CopyFromUtf8("seal"),
        Certificate = new CertificateRecord
        {
            Serial = "c0" + key.ToString("x2", System.Globalization.CultureInfo.InvariantCulture),
            KeyHash = Hash(key),
            Der = ByteString.CopyFromUtf8("der" + key),
            NotAfterMs = StartMs + 86_400_000,
        },
    };

    public static ByteString Hash(byte fill) => ByteString.CopyFrom(Enumerable.Repeat(fill, 32).ToArray());

    public static string RequestId(long number) => number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
