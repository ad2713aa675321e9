namespace Pryvd.Specs;

/// <summary>A component file as it was given.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Artifacts">What the file's artifact paths stand for.</param>
public sealed record SpecFile(string Name, string Yaml, IReadOnlyDictionary<string, ArtifactFacts> Artifacts);

/// <param name="Sha256">64 hexadecimal digits, lower case.</param>
/// <param name="Size">Bytes.</param>
public sealed record ArtifactFacts(string Sha256, long Size);
