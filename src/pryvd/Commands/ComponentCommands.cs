using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;
using Component = Pryvd.Model.Components.Component;

namespace Pryvd.Commands;

/// <summary>
/// What people want to run. Instances are touched by decisions alone: a new spec, a stop or a deletion is carried out by the
/// leader's plan, one instance after the other.
/// </summary>
internal static class ComponentCommands
{
    public static CommandReply Apply(Draft draft, PutComponent command)
    {
        if (command.Writes.Count is 0 or > Limits.WritesInCommand || HasRepeatedName(command))
        {
            return Reply.Invalid($"a command puts from 1 to {Limits.WritesInCommand} components, each once, not {command.Writes.Count}");
        }

        var versions = new List<long>(command.Writes.Count);
        foreach (var write in command.Writes)
        {
            if (Put(draft, write, out var version) is { } refusal)
            {
                return refusal;
            }

            versions.Add(version);
        }

        return CheckWhole(draft) ?? Reply.Ok(versions);
    }

    public static CommandReply Apply(Draft draft, ChangeComponent command)
    {
        if (Find(draft, command.Name, out var component) is { } refusal)
        {
            return refusal;
        }

        if (component.Deleting)
        {
            return Reply.Conflict($"component {component.Name} is being deleted; nothing of it can be changed any more");
        }

        if (command.HasStopped && command.Stopped != component.Stopped)
        {
            component = Change(draft, component, component with { Stopped = command.Stopped }, command.Stopped ? "component.stopped" : "component.started");
        }

        return Restart(draft, command) ?? Reply.Ok([component.Version]);
    }

    public static CommandReply Apply(Draft draft, DeleteComponent command)
    {
        if (Find(draft, command.Name, out var component) is { } refusal)
        {
            return refusal;
        }

        if (command.HasIfVersion && command.IfVersion != component.Version)
        {
            return WrongVersion(component.Name, component.Version, command.IfVersion);
        }

        if (!component.Deleting)
        {
            component = Change(draft, component, component with { Deleting = true }, "component.deleting");
        }

        RemoveIfEmpty(draft, component);
        return Reply.Ok([component.Version]);
    }

    public static string Subject(string component) => "component/" + component;

    /// <summary>A component that is being deleted goes with its last assignment.</summary>
    public static void RemoveIfEmpty(Draft draft, Component component)
    {
        if (!component.Deleting || draft.State.Running.Assignments.Of(component.Name).Any())
        {
            return;
        }

        draft.Remove(component);
        draft.Emit("component.removed", Subject(component.Name), ComponentRow.Show(component), "");
        if (draft.State.Running.Deleted.Count > Limits.DeletedComponents)
        {
            draft.Remove(draft.State.Running.Deleted.Values.MinBy(deleted => deleted.Deleted)!);
        }
    }

    private static bool HasRepeatedName(PutComponent command) =>
        command.Writes.DistinctBy(write => write.Name, StringComparer.Ordinal).Count() < command.Writes.Count;

    private static CommandReply? Put(Draft draft, ComponentWrite write, out long version)
    {
        version = 0;
        if (Read(write, out var spec) is { } invalid)
        {
            return Reply.Invalid(invalid);
        }

        var old = draft.State.Running.Components.GetValueOrDefault(write.Name);
        if (write.HasIfVersion && write.IfVersion != (old?.Version ?? 0))
        {
            return WrongVersion(write.Name, old?.Version ?? 0, write.IfVersion);
        }

        if (old is { Deleting: true })
        {
            return Reply.Conflict($"component {write.Name} is being deleted; apply it again when pryvd component list no longer shows it");
        }

        version = old is not null && old.SpecJson == write.SpecJson ? old.Version : PutNew(draft, old, spec, write).Version;
        return null;
    }

    private static string? Read(ComponentWrite write, out ComponentSpec spec)
    {
        spec = null!;
        try
        {
            spec = SpecJson.Read(write.SpecJson);
        }
        catch (RowDamageException damage)
        {
            return $"the spec of component '{Clip.To(write.Name, Names.MaxName)}' cannot be read: {Clip.To(damage.Message, Limits.ReasonCharacters)}";
        }

        if (spec.Name != write.Name || SpecJson.Write(spec) != write.SpecJson)
        {
            return $"the spec of component '{Clip.To(write.Name, Names.MaxName)}' is that of '{Clip.To(spec.Name, Names.MaxName)}', or not in canonical form; apply it with this version of pryvd";
        }

        return SpecRules.Problems(spec) is [var first, ..] ? $"component {spec.Name}, {first.Path}: {first.Message}" : null;
    }

    private static Component PutNew(Draft draft, Component? old, ComponentSpec spec, ComponentWrite write)
    {
        var lastVersion = old?.Version ?? draft.State.Running.Deleted.GetValueOrDefault(spec.Name)?.Version ?? 0;
        var item = new Component
        {
            Spec = spec,
            SpecJson = write.SpecJson,
            Version = lastVersion + 1,
            RunVersion = RunPart.VersionOf(spec, lastVersion + 1, old, draft.State.Running.Assignments),
            Stopped = old?.Stopped ?? false,
            Deleting = false,
            Changed = draft.Index,
        };
        return Change(draft, old, item, "component.put");
    }

    private static Component Change(Draft draft, Component? old, Component item, string kind)
    {
        var next = item with { Changed = draft.Index };
        draft.Put(next);
        draft.Emit(kind, Subject(next.Name), old is null ? "" : ComponentRow.Show(old), ComponentRow.Show(next));
        return next;
    }

    private static CommandReply? CheckWhole(Draft draft)
    {
        var components = draft.State.Running.Components;
        var instances = components.Values.Sum(component => (long)component.Spec.Count);
        return components.Count > Limits.Components || instances > Limits.Instances
            ? Reply.Invalid($"the cluster would have {components.Count} components with {instances} instances; at most {Limits.Components} and {Limits.Instances} are allowed")
            : null;
    }

    private static CommandReply? Restart(Draft draft, ChangeComponent command)
    {
        if (command.Restart.Count > ComponentSpec.MaxCount)
        {
            return Reply.Invalid($"a command restarts at most {ComponentSpec.MaxCount} instances, not {command.Restart.Count}");
        }

        foreach (var ordinal in command.Restart)
        {
            if (draft.State.Running.Assignments.Find(new InstanceId(command.Name, ordinal)) is not { Wanted: true } found)
            {
                return Reply.Conflict($"instance {command.Name}/{ordinal} does not run, so it cannot be restarted; pryvd component show {command.Name} shows those that do");
            }

            Restart(draft, found);
        }

        if (command.RestartAll)
        {
            draft.State.Running.Assignments.Of(command.Name).Where(item => item.Wanted).ToList().ForEach(item => Restart(draft, item));
        }

        return null;
    }

    private static void Restart(Draft draft, Assignment item)
    {
        if (item.Restart != draft.Index.Value)
        {
            draft.Change(item, item with { Restart = draft.Index.Value }, "instance.restart");
        }
    }

    private static CommandReply? Find(Draft draft, string name, out Component component)
    {
        var found = draft.State.Running.Components.GetValueOrDefault(name);
        component = found!;
        return found is null
            ? Reply.NotFound($"there is no component '{Clip.To(name, Names.MaxName)}'; pryvd component list shows those that exist")
            : null;
    }

    private static CommandReply WrongVersion(string name, long version, long ifVersion) =>
        Reply.Conflict($"component {name} has version {version}, not {ifVersion} (0 means that it does not exist); nothing was changed. Look at it again and decide anew.");
}
