using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>Some events in their order.</summary>
/// <param name="Next">Where to go on: nothing that was asked for lies between the last event here and this position.</param>
public sealed record EventPage(IReadOnlyList<Event> Events, EventPosition Next);
