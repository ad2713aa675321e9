using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.Printing;

/// <summary>The JSON of what several verbs print. Names and order are a promise to scripts: only ever add at the end.</summary>
internal static class Shapes
{
    public static JsonNode? Info(ReadInfo? info) => info is null ? null : new JsonObject
    {
        ["applied_index"] = info.AppliedIndex,
        ["stale"] = info.Stale,
        ["age_ms"] = info.Stale ? JsonText.OrNull(info.AgeMs) : null,
    };

    public static JsonObject Var(Var var) => new()
    {
        ["key"] = var.Key,
        ["value"] = JsonText.Value(var.Json),
        ["scope"] = var.Scope,
        ["version"] = var.Version,
        ["secret"] = var.Secret,
        ["index"] = var.Index,
        ["time"] = Times.Rfc3339(var.TimeMs),
        ["actor"] = JsonText.OrNull(var.Actor),
    };

    public static JsonObject Write(WriteReply reply) => new() { ["index"] = reply.Index };

    public static JsonObject Member(Member member) => new()
    {
        ["name"] = member.Name,
        ["id"] = member.Id,
        ["address"] = member.Address,
        ["role"] = member.Role,
        ["state"] = member.State,
        ["leader"] = member.Leader,
        ["member"] = member.Member_,
        ["match_index"] = JsonText.OrNull(member.MatchIndex),
        ["last_contact_ms"] = JsonText.OrNull(member.LastContactMs),
        ["datacenter"] = JsonText.OrNull(member.Datacenter),
        ["version"] = JsonText.OrNull(member.Version),
    };

    public static JsonObject Node(Node node) => new()
    {
        ["name"] = node.Name,
        ["id"] = node.Id,
        ["address"] = node.Address,
        ["member"] = JsonText.OrNull(node.Member),
        ["state"] = node.State,
        ["role"] = node.Role,
        ["datacenter"] = JsonText.OrNull(node.Datacenter),
        ["group"] = JsonText.OrNull(node.Group),
        ["tags"] = JsonText.Map(node.Tags),
        ["version"] = JsonText.OrNull(node.Version),
        ["certificate_expires"] = Times.Rfc3339(node.CertificateExpiresMs),
        ["changed_index"] = node.ChangedIndex,
        ["cordoned"] = node.Cordoned,
        ["returns_as"] = JsonText.OrNull(node.ReturnsAs),
    };

    public static JsonObject Event(Event changed) => new()
    {
        ["position"] = changed.Position,
        ["index"] = changed.Index,
        ["time"] = Times.Rfc3339(changed.TimeMs),
        ["actor"] = JsonText.OrNull(changed.Actor),
        ["kind"] = changed.Kind,
        ["subject"] = changed.Subject,
        ["old"] = JsonText.Value(changed.Old),
        ["new"] = JsonText.Value(changed.New),
        ["cause"] = JsonText.OrNull(changed.Cause),
    };
}
