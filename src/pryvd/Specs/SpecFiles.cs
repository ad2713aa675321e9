using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Specs.Yaml;

namespace Pryvd.Specs;

/// <summary>Component files in, specs or all that is wrong with them out.</summary>
public static class SpecFiles
{
    public const int MaxFiles = 64;

    private const int MaxFaults = 100;

    /// <summary>Reads them all: each document is a component, each component stands once. With a fault there are no specs.</summary>
    public static (IReadOnlyList<ComponentSpec> Specs, IReadOnlyList<SpecFault> Faults) Read(IReadOnlyList<SpecFile> files)
    {
        if (files.Count is 0 or > MaxFiles)
        {
            return ([], [new SpecFault("", 1, 1, $"{files.Count} files were given; from 1 to {MaxFiles} can be read at once")]);
        }

        var specs = new List<ComponentSpec>();
        var faults = new List<SpecFault>();
        foreach (var file in files)
        {
            Read(file, specs, faults);
        }

        if (specs.Count == 0 && faults.Count == 0)
        {
            faults.Add(new SpecFault(files[0].Name, 1, 1, "there is no component here; begin with 'component: NAME'"));
        }

        return faults.Count == 0 ? (specs, []) : ([], [.. faults.Take(MaxFaults)]);
    }

    /// <summary>The paths that the files' artifacts have, as far as the text can be read; what is wrong is told by <see cref="Read(IReadOnlyList{SpecFile})"/>.</summary>
    public static IReadOnlyList<string> ArtifactPaths(string yaml) =>
    [
        .. YamlTreeReader.Read("", yaml).Documents.OfType<YamlMap>()
            .Select(document => new SpecBuilder(document).Artifact()?.Path)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal),
    ];

    private static void Read(SpecFile file, List<ComponentSpec> specs, List<SpecFault> faults)
    {
        var (documents, unreadable) = YamlTreeReader.Read(file.Name, file.Yaml);
        if (unreadable is not null)
        {
            faults.Add(unreadable);
        }

        foreach (var document in documents)
        {
            if (Read(file, document, faults) is not { } spec)
            {
                continue;
            }

            if (specs.Any(other => other.Name == spec.Name))
            {
                faults.Add(Fault(file, new Places(document).Of("component"), $"component '{spec.Name}' is there twice; give each a name of its own"));
            }

            specs.Add(spec);
        }
    }

    private static ComponentSpec? Read(SpecFile file, YamlNode document, List<SpecFault> faults)
    {
        var shapeFaults = ComponentShape.Document.Judge("the document", document).ToList();
        if (shapeFaults.Count > 0)
        {
            faults.AddRange(shapeFaults.Select(fault => Fault(file, fault.At, fault.Message)));
            return null;
        }

        var builder = new SpecBuilder((YamlMap)document);
        var places = new Places(document);
        if (!TryArtifact(file, builder, out var artifact, out var missing))
        {
            faults.Add(Fault(file, places.Of("artifact"), missing));
        }

        var spec = builder.Build(artifact);
        var problems = SpecRules.Problems(spec);
        faults.AddRange(problems.Select(problem => Fault(file, places.Of(problem.Path), problem.Message)));
        return problems.Count == 0 ? spec : null;
    }

    private static bool TryArtifact(SpecFile file, SpecBuilder builder, out ArtifactRef? artifact, out string missing)
    {
        artifact = null;
        missing = "";
        if (builder.Artifact() is not var (path, format))
        {
            return true;
        }

        // What is missing is told once; the other rules are still of use.
        var isGiven = file.Artifacts.TryGetValue(path, out var facts);
        artifact = new ArtifactRef(facts?.Sha256 ?? new string('0', 64), facts?.Size ?? 0, format, path[(path.LastIndexOf('/') + 1)..]);
        missing = $"the artifact '{Clip.To(path, 128)}' was not given with the file; put it there, beside the component file";
        return isGiven;
    }

    private static SpecFault Fault(SpecFile file, Place at, string message) => new(file.Name, at.Line, at.Column, message);
}
