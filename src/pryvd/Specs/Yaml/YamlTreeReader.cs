using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Specs.Yaml;

/// <summary>
/// Reads the documents of a text event by event, so that depth and count are bounded and everything has its place. Aliases and
/// tags are refused: a few aliases can stand for gigabytes. After a first fault of the form nothing more can be read.
/// </summary>
internal sealed class YamlTreeReader
{
    /// <summary>The parser takes quadratic time for nesting, so the text bounds that, too.</summary>
    public const int MaxCharacters = 128 * 1024;

    public const int MaxDocuments = 64;

    private const int MaxDepth = 8;

    private const int MaxNodes = 8_192;

    private readonly Parser _parser;
    private readonly List<YamlNode> _documents = [];
    private readonly string _text;
    private int _nodes;

    private YamlTreeReader(string text)
    {
        _text = text;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The documents that hold something, and what could not be read.</summary>
    public static (IReadOnlyList<YamlNode> Documents, SpecFault? Fault) Read(string file, string text)
    {
        var reader = new YamlTreeReader(text);
        try
        {
            reader.ReadDocuments();
            return (reader._documents, null);
        }
        catch (UnreadableException fault)
        {
            return ([], new SpecFault(file, fault.At.Line, fault.At.Column, fault.Message));
        }
        catch (YamlException e)
        {
            return ([], new SpecFault(file, Number(e.Start.Line), Number(e.Start.Column), $"this is not YAML: {e.InnerException?.Message ?? e.Message}"));
        }
        catch (Exception e) when (YamlFault.IsOne(e))
        {
            var at = PlaceOf(reader._parser.Current?.Start ?? Mark.Empty);
            return ([], new SpecFault(file, at.Line, at.Column, $"this is not YAML: {e.Message}"));
        }
    }

    private void ReadDocuments()
    {
        if (_text.Length > MaxCharacters)
        {
            throw new UnreadableException(new Place(1, 1), $"the file has {_text.Length} characters; at most {MaxCharacters} are read. Put components into files of their own");
        }

        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            var document = ReadNode(1);
            _parser.Consume<DocumentEnd>();
            if (document is YamlText { IsNothing: true })
            {
                continue;
            }

            _documents.Add(_documents.Count < MaxDocuments
                ? document
                : throw new UnreadableException(document.At, $"there are more than {MaxDocuments} documents; put components into files of their own"));
        }
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current ?? throw new UnreadableException(new Place(1, 1), "a value is missing");
        var at = PlaceOf(current.Start);
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw new UnreadableException(at, depth > MaxDepth ? $"this is nested more than {MaxDepth} deep" : $"the file holds more than {MaxNodes} values");
        }

        if (current is NodeEvent { Tag.IsEmpty: false } or NodeEvent { Anchor.IsEmpty: false })
        {
            throw new UnreadableException(at, "tags (!), anchors (&) and aliases (*) are not read here; write the value out");
        }

        return current switch
        {
            Scalar scalar => ReadText(scalar, at),
            SequenceStart => ReadList(at, depth),
            MappingStart => ReadMap(at, depth),
            _ => throw new UnreadableException(at, "tags (!), anchors (&) and aliases (*) are not read here; write the value out"),
        };
    }

    private YamlText ReadText(Scalar scalar, Place at)
    {
        _parser.MoveNext();
        return new YamlText(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private YamlList ReadList(Place at, int depth)
    {
        _parser.MoveNext();
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlList(at, items);
    }

    private YamlMap ReadMap(Place at, int depth)
    {
        _parser.MoveNext();
        var entries = new List<KeyValuePair<YamlText, YamlNode>>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not YamlText key)
            {
                throw new UnreadableException(at, "a key must be a word");
            }

            if (!keys.Add(key.Value))
            {
                throw new UnreadableException(key.At, $"'{key.Value}' stands here for the second time; keep one");
            }

            entries.Add(KeyValuePair.Create(key, ReadNode(depth + 1)));
        }

        return new YamlMap(at, entries);
    }

    private static Place PlaceOf(Mark mark) => new(Number(mark.Line), Number(mark.Column));

    private static int Number(long position) => (int)Math.Clamp(position, 1, int.MaxValue);

    private sealed class UnreadableException(Place at, string message) : Exception(message)
    {
        public Place At { get; } = at;
    }
}
