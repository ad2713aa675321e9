using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>A node holds a leased instance, or asks to start it.</summary>
/// <param name="Held">For how long, from when the report was sent, it may go on by what was granted so far; null when the node cannot tell.</param>
public sealed record Claim(InstanceId Instance, long Generation, TimeSpan? Held = null);
