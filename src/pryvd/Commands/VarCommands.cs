using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>Sets and deletes variables.</summary>
internal static class VarCommands
{
    public static CommandReply Apply(Draft draft, SetVars command) => command.Writes.Count == 0
        ? Reply.Invalid("there is no variable to set; give at least one KEY=VALUE")
        : VarWrites.Check(draft, command.Writes) ?? VarWrites.Make(draft, command.Writes);

    public static CommandReply Apply(Draft draft, DeleteVars command)
    {
        if (command.Deletes.Count is 0 or > Limits.WritesInCommand)
        {
            return Reply.Invalid($"a command deletes from 1 to {Limits.WritesInCommand} variables, not {command.Deletes.Count}");
        }

        var versions = new List<long>(command.Deletes.Count);
        var touchesSettings = false;
        foreach (var delete in command.Deletes)
        {
            if (Delete(draft, delete, out var name, out var gone) is { } refusal)
            {
                return refusal;
            }

            versions.Add(gone);
            touchesSettings |= VarWrites.IsSetting(name);
        }

        return VarWrites.CheckWhole(draft, touchesSettings) ?? Reply.Ok(versions);
    }

    private static CommandReply? Delete(Draft draft, VarDelete delete, out VarName name, out long version)
    {
        version = 0;
        if (VarWrites.CheckName(delete.Scope, delete.Key, out name) is { } badName)
        {
            return badName;
        }

        if (delete.HasIfVersion && VarWrites.CheckVersion(draft, name, delete.IfVersion) is { } conflict)
        {
            return conflict;
        }

        if (draft.State.Vars.Find(name) is null)
        {
            return Reply.NotFound($"there is no variable {name.Key} in scope {name.Scope}; pryvd var list shows those that exist");
        }

        version = VarWrites.Delete(draft, name);
        return null;
    }
}
