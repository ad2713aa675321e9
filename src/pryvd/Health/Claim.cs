using Pryvd.Model.Components;

namespace Pryvd.Health;

/// <summary>A node holds a leased instance, or asks to start it.</summary>
public sealed record Claim(InstanceId Instance, long Generation);
