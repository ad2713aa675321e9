using Pryvd.Commands;

namespace Pryvd.Raft;

/// <summary>The log or a snapshot holds what only a newer version understands: this node stops applying, and everything stays as it is.</summary>
internal sealed class NewerCommandException(string message) : Exception(message)
{
    public NewerCommandException(NewerCommand newer)
        : this($"This node {newer}")
    {
    }
}
