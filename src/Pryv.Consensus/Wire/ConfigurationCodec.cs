using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Wire;

/// <summary>A configuration as bytes: in its log entry, in a log's base and in a snapshot.</summary>
public static class ConfigurationCodec
{
    private const byte Version = 1;
    private const int LeastMemberSize = 18;

    public static ReadOnlyMemory<byte> Encode(Configuration configuration)
    {
        var writer = new WireWriter();
        writer.Byte(Version);
        WriteMembers(writer, [.. configuration.Members.Values]);
        WriteMembers(writer, [.. configuration.Outgoing.Values]);
        return writer.Written;
    }

    /// <summary>No bytes are the empty configuration.</summary>
    /// <exception cref="WireFormatException">The bytes are no configuration, or one of a newer version.</exception>
    public static Configuration Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Configuration.Empty;
        }

        var reader = new WireReader(bytes);
        var version = reader.Byte();
        if (version != Version)
        {
            throw new WireFormatException($"the configuration has version {version}, this build reads version {Version}");
        }

        var members = ReadMembers(ref reader);
        var outgoing = ReadMembers(ref reader);
        reader.End();
        return new Configuration(members, outgoing);
    }

    private static void WriteMembers(WireWriter writer, IReadOnlyCollection<Member> members)
    {
        writer.Int(members.Count);
        foreach (var member in members)
        {
            writer.Id(member.Id);
            writer.Text(member.Node);
            writer.Text(member.Address);
            writer.Byte((byte)member.Role);
            writer.Byte((byte)member.Wanted);
        }
    }

    private static List<Member> ReadMembers(ref WireReader reader)
    {
        var members = new Dictionary<MemberId, Member>();
        var count = reader.Count(LeastMemberSize);
        for (var i = 0; i < count; i++)
        {
            var member = ReadMember(ref reader);
            if (member.Id.IsNone || !members.TryAdd(member.Id, member))
            {
                throw new WireFormatException($"member {member.Id} stands twice or is none");
            }
        }

        return [.. members.Values];
    }

    private static Member ReadMember(ref WireReader reader)
    {
        var id = reader.Id();
        var node = reader.Text();
        var address = reader.Text();
        var role = (MemberRole)reader.Byte();
        var wanted = (WantedRole)reader.Byte();
        return Enum.IsDefined(role) && Enum.IsDefined(wanted)
            ? new Member(id, node, address, role, wanted)
            : throw new WireFormatException($"member {id} has an unknown role");
    }
}
