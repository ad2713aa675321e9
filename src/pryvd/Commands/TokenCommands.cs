using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>Makes and revokes join tokens.</summary>
internal static class TokenCommands
{
    private const int HashBytes = 32;

    public static CommandReply Apply(Draft draft, CreateToken command)
    {
        if (Problem(draft, command) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        if (draft.State.Tokens.ContainsKey(command.Id))
        {
            return Reply.Conflict($"there is a token {command.Id} already; make one with another id");
        }

        MakeRoom(draft);
        if (draft.State.Tokens.Count >= Limits.Tokens)
        {
            return Reply.Conflict($"there are {Limits.Tokens} tokens that can still be used; revoke some, or wait until they have expired");
        }

        Words.TryParseRole(command.Role, out var role);
        var token = new Token
        {
            Id = command.Id,
            Hash = command.Hash,
            Role = role,
            ExpiresMs = command.ExpiresMs,
            CreatedBy = draft.Actor,
            Created = draft.Index,
        };
        Change(draft, null, token, "token.created");
        return Reply.Ok();
    }

    public static CommandReply Apply(Draft draft, RevokeToken command)
    {
        if (!draft.State.Tokens.TryGetValue(command.Id, out var token))
        {
            return Reply.NotFound($"there is no token '{Clip.To(command.Id, Names.MaxName)}'; pryvd token list shows those that exist");
        }

        if (token.IsUsed)
        {
            return Reply.Conflict($"token {token.Id} was used by node {token.UsedByName} already; to take that node out, decommission it");
        }

        if (!token.Revoked)
        {
            Change(draft, token, token with { Revoked = true }, "token.revoked");
        }

        return Reply.Ok();
    }

    public static void Change(Draft draft, Token? old, Token token, string kind)
    {
        draft.Put(token);
        var before = old is null ? "" : TokenRow.Show(old, draft.TimeMs);
        draft.Emit(kind, "token/" + token.Id, before, TokenRow.Show(token, draft.TimeMs));
    }

    private static string? Problem(Draft draft, CreateToken command)
    {
        if (!Names.IsName(command.Id) || command.Hash.Length != HashBytes)
        {
            return $"a token needs an id of letters, digits and ._- and a hash of {HashBytes} bytes";
        }

        if (command.ExpiresMs <= draft.TimeMs || command.ExpiresMs > draft.TimeMs + Limits.TokenMaxLifeMs)
        {
            return "a token must expire in the future, within 30 days; choose another --ttl";
        }

        return NodeRecords.RoleProblem(command.Role);
    }

    /// <summary>A used token answers its node's retries for as long as there is room; then those go that expired, and the oldest of those that admit nobody any more.</summary>
    private static void MakeRoom(Draft draft)
    {
        if (draft.State.Tokens.Count < Limits.Tokens)
        {
            return;
        }

        var over = draft.State.Tokens.Values
            .Where(token => token.StateAt(draft.TimeMs) != "usable")
            .OrderBy(token => token.ExpiresMs > draft.TimeMs).ThenBy(token => token.Created).ThenBy(token => token.Id, StringComparer.Ordinal)
            .Take(Limits.PrunedEvents).ToList();
        over.ForEach(draft.Remove);
    }
}
