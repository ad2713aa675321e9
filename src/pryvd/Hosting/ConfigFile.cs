using Pryvd.Model;
using Pryvd.Specs.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Hosting;

/// <summary>
/// Reads the text of pryvd.yaml into settings, without judging values. The file is flat, so it is read event by event:
/// nothing deeper than a list or a map of texts is ever built.
/// </summary>
internal sealed class ConfigFile
{
    // Far more than any configuration; the parser takes quadratic time for nesting, so it bounds that, too.
    public const int MaxLength = 16 * 1024;

    private readonly string _name;
    private readonly Parser _parser;
    private readonly List<Setting> _settings = [];
    private readonly List<ConfigProblem> _problems = [];

    private ConfigFile(string name, string text)
    {
        _name = name;
        _parser = new Parser(new StringReader(text));
    }

    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its content.</param>
    public static (IReadOnlyList<Setting> Settings, IReadOnlyList<ConfigProblem> Problems) Read(string name, string text)
    {
        if (IsEmpty(text))
        {
            return ([], []);
        }

        var file = new ConfigFile(name, text);
        if (text.Length > MaxLength)
        {
            return ([], [new ConfigProblem(name, $"the file has {text.Length} characters; at most {MaxLength} are read.")]);
        }

        try
        {
            file.ReadDocument();
        }
        catch (YamlException e)
        {
            file._problems.Add(new ConfigProblem(file.Where(e.Start), $"this is not YAML: {e.Message}"));
        }

        catch (Exception e) when (YamlFault.IsOne(e))
        {
            file._problems.Add(new ConfigProblem(file.Where(file._parser.Current?.Start ?? Mark.Empty), $"this is not YAML: {e.Message}"));
        }

        return (file._settings, file._problems);
    }

    /// <summary>Nothing but comments, as a package installs it: no reason to wake the parser.</summary>
    private static bool IsEmpty(string text) =>
        text.Length <= MaxLength && text.Split('\n').All(line => line.TrimEnd('\r') is "" or ['#', ..]);

    private void ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return;
        }

        _parser.Consume<DocumentStart>();
        if (_parser.TryConsume<MappingStart>(out _))
        {
            ReadSettings();
            RequireEnd();
        }
        else if (_parser.Current is not Scalar { Value: "" })
        {
            Report(_parser.Current!, "the file must hold settings, one 'key: value' a line.");
        }
    }

    private void RequireEnd()
    {
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is not StreamEnd)
        {
            Report(_parser.Current!, "a second document begins here; only one is read.");
        }
    }

    private void ReadSettings()
    {
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var known = _parser.TryConsume<Scalar>(out var key) ? FindKey(key) : RefuseKey();
            if (known is null)
            {
                _parser.SkipThisAndNestedEvents();
                continue;
            }

            ReadValue(known);
        }
    }

    private SettingKey? RefuseKey()
    {
        Report(_parser.Current!, "a key must be a word.");
        _parser.SkipThisAndNestedEvents();
        return null;
    }

    private SettingKey? FindKey(Scalar key)
    {
        var known = SettingKey.All.FirstOrDefault(candidate => candidate.Key == key.Value);
        if (known is null)
        {
            Report(key, $"unknown key '{key.Value}'.{Nearest.Hint(key.Value, SettingKey.All.Select(candidate => candidate.Key))}");
            return null;
        }

        if (_settings.Any(setting => setting.Key == known.Key))
        {
            Report(key, $"'{known.Key}' stands here for the second time; keep one.");
            return null;
        }

        return known;
    }

    private void ReadValue(SettingKey key)
    {
        var items = (key.Shape, _parser.Current) switch
        {
            (SettingShape.Text or SettingShape.Path, Scalar) => [ReadText(key.Key)],
            (SettingShape.List, SequenceStart) => ReadList(key.Key),
            (SettingShape.Map, MappingStart) => ReadMap(key.Key),
            _ => RefuseValue(key),
        };
        _settings.Add(new Setting(key.Key, items.OfType<SettingItem>().ToList()));
    }

    private List<SettingItem?> ReadList(string key)
    {
        _parser.MoveNext();
        var items = new List<SettingItem?>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadText(key));
        }

        return items;
    }

    private List<SettingItem?> ReadMap(string key)
    {
        _parser.MoveNext();
        var items = new List<SettingItem?>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var name = ReadText(key);
            var value = ReadText(key);
            items.Add(name is null || value is null ? null : new SettingItem($"{name.Text}={value.Text}", name.Where));
        }

        return items;
    }

    private SettingItem? ReadText(string key)
    {
        if (_parser.TryConsume<Scalar>(out var scalar) && !IsNothing(scalar))
        {
            return new SettingItem(scalar.Value, Where(scalar.Start));
        }

        Report((ParsingEvent?)scalar ?? _parser.Current!, $"'{key}' has no value here, or one that is no text.");
        if (scalar is null)
        {
            _parser.SkipThisAndNestedEvents();
        }

        return null;
    }

    private List<SettingItem?> RefuseValue(SettingKey key)
    {
        var expected = key.Shape switch
        {
            SettingShape.List => "a list ('- value' a line)",
            SettingShape.Map => "names with values ('name: value' a line)",
            _ => "one value",
        };
        Report(_parser.Current!, $"'{key.Key}' needs {expected}.");
        _parser.SkipThisAndNestedEvents();
        return [];
    }

    private static bool IsNothing(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" };

    private void Report(ParsingEvent at, string message) => _problems.Add(new ConfigProblem(Where(at.Start), message));

    private string Where(Mark mark) => $"{_name}:{mark.Line}:{mark.Column}";
}
