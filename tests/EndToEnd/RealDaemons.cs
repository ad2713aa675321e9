namespace EndToEnd;

/// <summary>Clusters of real processes share two cores: one test after the other.</summary>
[CollectionDefinition(nameof(RealDaemons), DisableParallelization = true)]
public sealed class RealDaemons;
