using Pryv.Internal.V1;

namespace Pryvd.Commands;

/// <summary>Makes replies; the index is filled in by <see cref="CommandApplier"/>.</summary>
internal static class Reply
{
    public static CommandReply Ok() => new() { Code = ReplyCodes.Ok };

    public static CommandReply Ok(IEnumerable<long> versions) => new() { Code = ReplyCodes.Ok, Versions = { versions } };

    public static CommandReply Ok(Model.Node node) => new() { Code = ReplyCodes.Ok, Node = NodeRecords.Of(node) };

    /// <summary>The state is not what the command was made for.</summary>
    public static CommandReply Conflict(string message) => new() { Code = ReplyCodes.Conflict, Message = message };

    public static CommandReply NotFound(string message) => new() { Code = ReplyCodes.NotFound, Message = message };

    /// <summary>The command could never be applied.</summary>
    public static CommandReply Invalid(string message) => new() { Code = ReplyCodes.Invalid, Message = message };

    public static CommandReply OutcomeUnknown(string message) => new() { Code = ReplyCodes.OutcomeUnknown, Message = message };
}
