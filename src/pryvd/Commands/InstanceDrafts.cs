using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>What several commands do to an instance.</summary>
internal static class InstanceDrafts
{
    public static string Subject(InstanceId instance) => $"instance/{instance}";

    /// <summary>Puts an assignment that changed and tells it.</summary>
    public static Assignment Change(this Draft draft, Assignment? old, Assignment item, string kind)
    {
        var next = item with { Changed = draft.Index };
        draft.Put(next);
        draft.Emit(kind, Subject(next.Instance), old is null ? "" : draft.Show(old), draft.Show(next));
        return next;
    }

    public static string Show(this Draft draft, Assignment item) =>
        AssignmentRow.Show(item, draft.State.Nodes.Find(item.Node)?.Name ?? item.Node.Value);
}
