using Pryv.Internal.V1;
using Pryvd.Planning;

namespace Pryvd.Leader;

/// <summary>Decisions as commands carry them.</summary>
internal static class Messages
{
    public static Pryv.Internal.V1.Decision Of(Planning.Decision decision)
    {
        var message = new Pryv.Internal.V1.Decision
        {
            Component = decision.Instance.Component,
            Ordinal = decision.Instance.Ordinal,
            Action = Word(decision.Action),
            Reason = decision.Reason,
            ComponentVersion = decision.ComponentVersion,
            AssignmentChanged = decision.AssignmentChanged.Value,
            NodeChanged = decision.NodeChanged.Value,
        };
        message.NodeId = decision.Action == DecisionAction.Place ? decision.Node.Value : "";
        foreach (var (name, number) in decision.Ports)
        {
            message.Ports.Add(name, number);
        }

        return message;
    }

    public static string Word(DecisionAction action) => action.ToString().ToLowerInvariant();
}
