namespace EndToEnd.Components;

/// <summary>One process of an instance, from its first beat to its last; both in nanoseconds on the machine's monotonic clock.</summary>
/// <param name="Instance">component/ordinal.</param>
/// <param name="Node">Name.</param>
internal sealed record Life(string Instance, string Node, long Generation, int Pid, long First, long Last)
{
    public bool Overlaps(Life other) => First <= other.Last && other.First <= Last;

    public override string ToString() => $"{Instance} generation {Generation} on {Node} (pid {Pid}) from {First / 1_000_000} to {Last / 1_000_000} ms";
}
