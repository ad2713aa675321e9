using Pryvd.Commands;

namespace Pryvd.Raft;

/// <summary>The log holds a command of a newer version: this node stops applying, and everything stays as it is.</summary>
internal sealed class NewerCommandException(NewerCommand newer) : Exception($"This node {newer}");
