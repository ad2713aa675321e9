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
            var name = new VarName(scope, writes[i].Key);
            var value = Utf8Text.From(writes[i].Sealed.IsEmpty ? writes[i].Json.Trim(JsonWhiteSpace) : "");
            versions[i] = Put(draft, name, value, writes[i].Sealed);
            touchesSettings |= IsSetting(name);
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

    /// <summary>Gives a variable a value, as its next version, whose number is returned.</summary>
    public static long Put(Draft draft, VarName name, Utf8Text value, ByteString @sealed) =>
        Put(draft, name, value, @sealed, isDeleted: false, "var.set");

    /// <summary>The next version of a variable says that it is deleted; its number is returned.</summary>
    public static long Delete(Draft draft, VarName name) =>
        Put(draft, name, default, ByteString.Empty, isDeleted: true, "var.deleted");

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

    private static long Put(Draft draft, VarName name, Utf8Text value, ByteString @sealed, bool isDeleted, string kind)
    {
        var old = draft.State.Vars.FindAny(name);
        var version = (old?.Version ?? 0) + 1;
        var item = new ExtraVar
        {
            Name = name,
            Value = value,
            Sealed = @sealed,
            Deleted = isDeleted,
            Version = version,
            OldestVersion = Pruning.PruneVersions(draft, name, version, old?.OldestVersion ?? 1),
            Index = draft.Index,
            TimeMs = draft.TimeMs,
            Actor = draft.Actor,
        };
        draft.Put(item, isNewVersion: true);
        draft.Emit(kind, $"var/{name.Scope}/{name.Key}", old?.Shown ?? default, item.Shown);
        return version;
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
