using System.Security.Cryptography;
using System.Text;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>
/// What is fetched and prepared once on a node for all instances. The number alone does not name it: a component that was deleted and
/// made again counts from 1.
/// </summary>
/// <param name="Content">Hash of what is fetched and of how it is prepared, 16 hexadecimal digits.</param>
public sealed record VersionKey(string Component, long Version, string Content)
{
    public static VersionKey Of(Assignment assignment) => new(assignment.Instance.Component, assignment.RunVersion, ContentOf(assignment.Spec));

    public override string ToString() => $"{Component} version {Version}";

    private static string ContentOf(ComponentSpec spec)
    {
        string[] parts =
        [
            spec.Artifact is { } artifact ? $"{artifact.Sha256} {artifact.Format} {artifact.Name}" : "",
            spec.User ?? "",
            .. spec.Prepare.SelectMany(step => step.Command.Append("").Append($"{step.TimeoutMs}")),
            "",
            .. spec.Prepare.Count == 0 ? [] : spec.Environment.OrderBy(v => v.Key, StringComparer.Ordinal).SelectMany(v => new[] { v.Key, v.Value }),
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..16];
    }
}
