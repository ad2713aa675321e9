using Pryv.Internal.V1;
using Pryvd.Commands;

namespace Pryvd.Store;

/// <summary>What a batch came to; it is committed.</summary>
/// <param name="Replies">One for each entry that was applied, in order; null for entries that are no commands.</param>
/// <param name="Stopped">Set when an entry was met that this build does not understand: that one and all after it were not applied.</param>
public sealed record BatchResult(IReadOnlyList<CommandReply?> Replies, NewerCommand? Stopped);
