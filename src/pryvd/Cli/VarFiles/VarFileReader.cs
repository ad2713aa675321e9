using System.Text.Json;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Specs.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Cli.VarFiles;

/// <summary>
/// Reads a file event by event, so that depth and count are bounded and every complaint has its line and column. Aliases
/// are refused: a few of them can stand for gigabytes.
/// </summary>
internal sealed class VarFileReader(string yaml)
{
    private readonly Parser _parser = new(new StringReader(yaml));
    private readonly List<VarAssignment> _assignments = [];
    private readonly HashSet<(string, string)> _seen = [];

    public IReadOnlyList<VarAssignment> Read()
    {
        try
        {
            ReadDocument();
        }
        catch (YamlException e)
        {
            throw Problem(e.Start, $"this is not YAML: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (YamlFault.IsOne(e))
        {
            throw Problem(_parser.Current?.Start ?? Mark.Empty, $"this is not YAML: {e.Message}");
        }

        return _assignments;
    }

    private void ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return;
        }

        _parser.Consume<DocumentStart>();
        if (_parser.Accept<MappingStart>(out _))
        {
            ReadMap(ReadScope);
        }
        else if (!(_parser.TryConsume<Scalar>(out var scalar) && YamlScalar.IsNull(scalar)))
        {
            throw Problem(scalar?.Start ?? _parser.Current!.Start, "the file must hold scopes, each with keys and values.");
        }

        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            throw Problem(_parser.Current!.Start, "there is a second document; a file has one.");
        }
    }

    private void ReadScope(Scalar scope)
    {
        if (ScopeText.Problem(scope.Value) is { } problem)
        {
            throw Problem(scope.Start, problem);
        }

        if (_parser.TryConsume<Scalar>(out var nothing) && YamlScalar.IsNull(nothing))
        {
            return;
        }

        if (!_parser.Accept<MappingStart>(out _))
        {
            throw Problem(nothing?.Start ?? _parser.Current!.Start, $"{scope.Value} must hold keys with values.");
        }

        ReadMap(key => ReadVar(scope.Value, key));
    }

    private void ReadVar(string scope, Scalar key)
    {
        if (!_seen.Add((scope, key.Value)))
        {
            throw Problem(key.Start, $"'{key.Value}' stands in {scope} for the second time.");
        }

        if (_assignments.Count == VarFile.MaxVars)
        {
            throw Problem(key.Start, $"there are more than {VarFile.MaxVars} variables; import them in parts.");
        }

        var isSecret = _parser.Current is NodeEvent { Tag.IsEmpty: false } node && node.Tag.Value == VarFile.SecretTag;
        var value = new YamlValue(_parser, Problem).Read();
        if (isSecret && VarFile.IsMask(value))
        {
            throw Problem(
                key.Start, $"'{key.Value}' is a masked secret: {VarFile.Mask} is not its value. Export with --reveal, write the value, or leave the line out (the secret stays as it is).");
        }

        _assignments.Add(new VarAssignment { Scope = scope, Key = key.Value, Json = value?.ToJsonString() ?? "null", Secret = isSecret });
    }

    private void ReadMap(Action<Scalar> readValue)
    {
        _parser.Consume<MappingStart>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Problem(_parser.Current!.Start, "a scope or key must be a word.");
            }

            readValue(key);
        }
    }

    private static CliException Problem(Mark at, string message) => CliException.Failed($"line {at.Line}, column {at.Column}: {message}");
}
