using System.Security.Cryptography;
using Pryv.Consensus;

namespace Pryvd.Raft;

/// <summary>Random ids that are never used twice.</summary>
internal static class MemberIds
{
    public static MemberId New() => new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1);

    public static string NewNodeId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
