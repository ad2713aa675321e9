using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>The records of what shall run and how it does.</summary>
internal sealed partial class Draft
{
    /// <summary>Puts a component. A spec that it had before stays as long as an assignment has it.</summary>
    public void Put(Component component)
    {
        var old = State.Running.Components.GetValueOrDefault(component.Name);
        Running = Running with { Components = Running.Components.SetItem(component.Name, component) };
        _changes.Add(new RowChange(Table.Components, component.Name, ComponentRow.Write(component), IsNew: false));
        if (old is not null && old.Version != component.Version && IsInUse(old.Name, old.Version))
        {
            _changes.Add(new RowChange(Table.Specs, SpecRow.Key(old.Name, old.Version), SpecRow.Write(old.Spec), IsNew: true));
        }

        if (Running.Deleted.TryGetValue(component.Name, out var deleted))
        {
            Remove(deleted);
        }
    }

    /// <summary>Removes a component without assignments; its last version is remembered.</summary>
    public void Remove(Component component)
    {
        var deleted = new DeletedComponent(component.Name, component.Version, Index);
        Running = Running with
        {
            Components = Running.Components.Remove(component.Name),
            Deleted = Running.Deleted.SetItem(component.Name, deleted),
        };
        _changes.Add(new RowChange(Table.Components, component.Name, null, IsNew: false));
        _changes.Add(new RowChange(Table.DeletedComponents, component.Name, DeletedComponentRow.Write(deleted), IsNew: true));
    }

    public void Remove(DeletedComponent deleted)
    {
        Running = Running with { Deleted = Running.Deleted.Remove(deleted.Name) };
        _changes.Add(new RowChange(Table.DeletedComponents, deleted.Name, null, IsNew: false));
    }

    public void Put(Assignment item)
    {
        var old = Running.Assignments.Find(item.Instance);
        Running = Running with { Assignments = Running.Assignments.Put(item) };
        _changes.Add(new RowChange(Table.Assignments, item.Instance.ToString(), AssignmentRow.Write(item), IsNew: false));
        if (old is not null && old.SpecVersion != item.SpecVersion)
        {
            RemoveSpecIfUnused(old);
        }
    }

    public void Remove(Assignment item)
    {
        Running = Running with { Assignments = Running.Assignments.Remove(item.Instance) };
        _changes.Add(new RowChange(Table.Assignments, item.Instance.ToString(), null, IsNew: false));
        RemoveSpecIfUnused(item);
    }

    public void Put(InstanceStatus status)
    {
        Running = Running with { Statuses = Running.Statuses.SetItem(status.Instance, status) };
        _changes.Add(new RowChange(Table.InstanceStatuses, status.Instance.ToString(), InstanceStatusRow.Write(status), IsNew: false));
    }

    /// <summary>Forgets what was said of the instance, if anything was.</summary>
    public void RemoveStatus(InstanceId instance)
    {
        if (Running.Statuses.ContainsKey(instance))
        {
            Running = Running with { Statuses = Running.Statuses.Remove(instance) };
            _changes.Add(new RowChange(Table.InstanceStatuses, instance.ToString(), null, IsNew: false));
        }
    }

    public void PutGrace(NodeId node, long graceMs)
    {
        Running = Running with { Graces = Running.Graces.SetItem(node, graceMs) };
        _changes.Add(new RowChange(Table.Graces, node.Value, GraceRow.Write(node, graceMs), IsNew: false));
    }

    public void RemoveGrace(NodeId node)
    {
        if (Running.Graces.ContainsKey(node))
        {
            Running = Running with { Graces = Running.Graces.Remove(node) };
            _changes.Add(new RowChange(Table.Graces, node.Value, null, IsNew: false));
        }
    }

    private ComponentTables Running
    {
        get => State.Running;
        set => State = State with { Running = value };
    }

    private bool IsInUse(string component, long version) => Running.Assignments.Of(component).Any(item => item.SpecVersion == version);

    private void RemoveSpecIfUnused(Assignment item)
    {
        var (component, _) = item.Instance;
        if (Running.Components.GetValueOrDefault(component)?.Version != item.SpecVersion && !IsInUse(component, item.SpecVersion))
        {
            _changes.Add(new RowChange(Table.Specs, SpecRow.Key(component, item.SpecVersion), null, IsNew: false));
        }
    }
}
