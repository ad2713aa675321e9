using System.Text.Json.Nodes;
using Pryv.V1;

namespace Pryvd.Cli.VarFiles;

/// <summary>Variables as a YAML file: scope, then key, then value. A secret carries the tag !secret.</summary>
internal static class VarFile
{
    /// <summary>What fits into one command of the log with all that goes with it.</summary>
    public const int MaxBytes = 3 << 20;

    public const int MaxVars = 10_000;

    public const string SecretTag = "!secret";

    /// <summary>What stands for a secret that was not revealed.</summary>
    public const string Mask = "***";

    /// <exception cref="CliException">It is no such file; the message has line and column.</exception>
    public static IReadOnlyList<VarAssignment> Read(string yaml) => new VarFileReader(yaml).Read();

    /// <summary>Sorted, so that two exports of the same state are equal.</summary>
    public static string Write(IEnumerable<Var> vars) => VarFileWriter.Write(vars);

    /// <summary>Whether a value is the mask of a secret rather than a value.</summary>
    public static bool IsMask(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var shown) && shown == Mask;
}
