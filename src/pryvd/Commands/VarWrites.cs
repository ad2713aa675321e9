using System.Text;
using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>Writes to variables, as several commands carry them: all are checked before one is made.</summary>
internal static class VarWrites
{
    private static readonly char[] JsonWhiteSpace = [' ', '\t', '\r', '\n'];

    /// <summary>Why the writes cannot be made, or null.</summary>
    public static CommandReply? Check(Draft draft, IReadOnlyList<VarWrite> writes)
    {
        if (writes.Count > Limits.WritesInCommand)
        {
            return Reply.Invalid($"{writes.Count} variables in one command are more than {Limits.WritesInCommand}; set them in several commands");
        }

        foreach (var write in writes)
        {
            if (CheckName(write.Scope, write.Key, out var name) is { } badName)
            {
                return badName;
            }

            if (CheckValue(name, write) is { } badValue)
            {
                return badValue;
            }

            if (write.HasIfVersion && CheckVersion(draft, name, write.IfVersion) is { } conflict)
            {
                return conflict;
            }
        }

        return null;
    }

    /// <summary>Makes checked writes; the reply holds the new versions, or why the result cannot stand.</summary>
    public static CommandReply Make(Draft draft, IReadOnlyList<VarWrite> writes)
    {
        var versions = new long[writes.Count];
        var touchesSettings = false;
        for (var i = 0; i < writes.Count; i++)
        {
            VarScope.TryParse(writes[i].Scope, out var scope);
            var item = Next(draft, new VarName(scope, writes[i].Key)) with
            {
                Value = Utf8Text.From(writes[i].Sealed.IsEmpty ? writes[i].Json.Trim(JsonWhiteSpace) : ""),
                Sealed = writes[i].Sealed,
            };
            versions[i] = item.Version;
            touchesSettings |= IsSetting(item.Name);
            Put(draft, item, "var.set");
        }

        return CheckWhole(draft, touchesSettings) ?? Reply.Ok(versions);
    }

    /// <summary>As <see cref="Make"/>, for a command that also answers with a node.</summary>
    public static CommandReply MakeWith(Draft draft, IReadOnlyList<VarWrite> writes, Node node)
    {
        var reply = Make(draft, writes);
        reply.Node = reply.Code == ReplyCodes.Ok ? NodeRecords.Of(node) : null;
        return reply;
    }

    /// <summary>The writes in the scope of a node, whatever scope they name: they were given for that node.</summary>
    public static IReadOnlyList<VarWrite> ForNode(IEnumerable<VarWrite> writes, string node) =>
        [.. writes.Select(write => new VarWrite(write) { Scope = VarScope.OfNode(node).ToString() })];

    public static CommandReply? CheckName(string scopeText, string key, out VarName name)
    {
        name = default;
        if (!VarScope.TryParse(scopeText, out var scope))
        {
            return Reply.Invalid($"'{Clip.To(scopeText, Names.MaxName)}' is no scope; it is cluster, group/G, node/N or component/C, where a name has letters, digits and ._- (at most {Names.MaxName})");
        }

        name = new VarName(scope, key);
        return Names.IsKey(key)
            ? null
            : Reply.Invalid($"'{Clip.To(key, Names.MaxName)}' is no key; it has letters, digits and ._-/ (at most {Names.MaxKey})");
    }

    public static CommandReply? CheckVersion(Draft draft, VarName name, long ifVersion)
    {
        var version = draft.State.Vars.Find(name)?.Version ?? 0;
        return version == ifVersion
            ? null
            : Reply.Conflict($"{name.Key} in scope {name.Scope} has version {version}, not {ifVersion} (0 means that it does not exist); nothing was changed. Read it again and decide anew.");
    }

    /// <summary>The next version of a variable, without a value.</summary>
    public static ExtraVar Next(Draft draft, VarName name)
    {
        var old = draft.State.Vars.FindAny(name);
        return new ExtraVar
        {
            Name = name,
            Value = default,
            Sealed = ByteString.Empty,
            Deleted = false,
            Version = (old?.Version ?? 0) + 1,
            OldestVersion = old?.OldestVersion ?? 1,
            Index = draft.Index,
            TimeMs = draft.TimeMs,
            Actor = draft.Actor,
        };
    }

    public static void Put(Draft draft, ExtraVar item, string kind)
    {
        var old = draft.State.Vars.Find(item.Name)?.Shown ?? "";
        draft.Put(item with { OldestVersion = Pruning.PruneVersions(draft, item) });
        draft.Emit(kind, $"var/{item.Name.Scope}/{item.Name.Key}", old, item.Shown);
    }

    public static bool IsSetting(VarName name) => name.Key.StartsWith(Settings.Prefix, StringComparison.Ordinal);

    /// <summary>Whether the variables may stand as they have become: bounds, and settings that fit together.</summary>
    public static CommandReply? CheckWhole(Draft draft, bool touchesSettings)
    {
        if (draft.State.Vars.Count > Limits.Vars || draft.State.Vars.Size > Limits.VarBytes)
        {
            return Reply.Invalid($"the cluster would have more than {Limits.Vars} variables or {Limits.VarBytes >> 20} MiB of them; delete some");
        }

        if (!touchesSettings)
        {
            return null;
        }

        draft.UseSettingsFromVars();
        return draft.State.Settings.Problem() is { } problem ? Reply.Invalid(problem) : null;
    }

    /// <summary>Whether the value alone may be written, wherever the state stands.</summary>
    public static CommandReply? CheckValue(VarName name, VarWrite write)
    {
        var isSecret = !write.Sealed.IsEmpty;
        var bytes = isSecret ? write.Sealed.Length : Encoding.UTF8.GetByteCount(write.Json);
        if (bytes > Limits.ValueBytes)
        {
            return Reply.Invalid($"the value of {name.Key} has {bytes} bytes, at most {Limits.ValueBytes} are allowed; keep large content in a file and its place in the variable");
        }

        if (isSecret ? write.Json.Length > 0 : !JsonText.IsValid(write.Json))
        {
            return Reply.Invalid(isSecret
                ? $"{name.Key} has a sealed and a plain value; give one of them"
                : $"the value of {name.Key} is not valid JSON (nested at most {Limits.JsonDepth} deep); a text needs quotes, for example \"text\"");
        }

        return IsSetting(name) && SettingRule.Problem(name, write.Json, isSecret) is { } problem ? Reply.Invalid(problem) : null;
    }
}
