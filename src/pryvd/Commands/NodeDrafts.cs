using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;
using Certificate = Pryvd.Model.Certificate;

namespace Pryvd.Commands;

/// <summary>What several commands do to a node.</summary>
internal static class NodeDrafts
{
    /// <summary>Puts a node that changed and tells it; an unchanged state is no transition.</summary>
    public static Node Change(this Draft draft, Node? old, Node node, string kind)
    {
        var next = node with { Changed = draft.Index, Transitions = (old?.Transitions ?? 0) + (old?.State == node.State ? 0 : 1) };
        if (next.Transitions != (old?.Transitions ?? 0))
        {
            draft.Put(new NodeTransition(
                next.Id, next.Transitions, old?.State, next.State, draft.Cause, draft.Actor, draft.TimeMs, draft.Index));
        }

        draft.Put(next);
        draft.Emit(kind, Subject(next.Name), old is null ? "" : NodeRow.Show(old), NodeRow.Show(next));
        return next;
    }

    public static void Revoke(this Draft draft, Node node, Certificate certificate, string why)
    {
        ForgetExpired(draft);
        draft.Put(new RevokedCertificate(certificate.Serial, node.Name, why, certificate.NotAfterMs, draft.Index));
    }

    /// <summary>The node, or the refusal that says that there is none (any more).</summary>
    public static CommandReply? FindLiving(this Draft draft, string nameOrId, out Node node)
    {
        var found = draft.State.Nodes.Find(nameOrId);
        node = found!;
        if (found is null)
        {
            return Reply.NotFound($"there is no node '{Clip.To(nameOrId, Names.MaxName)}'; pryvd node list shows those that exist");
        }

        return found.IsGone
            ? Reply.Conflict($"node {found.Name} ({found.Id}) is decommissioned and cannot come back; its name may join again with a new token")
            : null;
    }

    public static string Subject(string name) => "node/" + name;

    /// <summary>Certificates that expired and were revoked are forgotten at the bound; renewal asks for the recorded serial, so they stay useless.</summary>
    private static void ForgetExpired(Draft draft)
    {
        if (draft.State.Revoked.Count < Limits.RevokedCertificates)
        {
            return;
        }

        var expired = draft.State.Revoked.Values.Where(revoked => revoked.NotAfterMs < draft.TimeMs).Take(Limits.PrunedEvents).ToList();
        expired.ForEach(draft.Remove);
    }
}
