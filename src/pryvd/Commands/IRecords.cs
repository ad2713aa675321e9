using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>What a command needs of the rows that are not held in memory. Reading them changes nothing.</summary>
public interface IRecords
{
    /// <summary>How many events are kept.</summary>
    long EventCount { get; }

    /// <summary>What the request was answered, or null when it is not known.</summary>
    CommandReply? FindReply(RequestId id);

    /// <summary>The events, the oldest first; only as many are read as are taken.</summary>
    IEnumerable<KeptEvent> OldestEvents();

    /// <summary>The requests whose replies are kept, those whose ids were made first before the others.</summary>
    IEnumerable<RequestId> OldestRequests();
}
