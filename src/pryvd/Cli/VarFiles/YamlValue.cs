using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pryvd.Cli.VarFiles;

/// <summary>Turns the value that the parser stands at into JSON.</summary>
internal sealed class YamlValue(IParser parser, Func<Mark, string, CliException> problem)
{
    private const int MaxDepth = 32;

    public JsonNode? Read(int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw problem(parser.Current!.Start, $"the value is nested more than {MaxDepth} deep.");
        }

        if (parser.Current is NodeEvent node)
        {
            CheckTag(node, isTop: depth == 0);
        }

        return parser.Current switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(depth),
            MappingStart => ReadObject(depth),
            AnchorAlias alias => throw problem(alias.Start, $"'*{alias.Value}' is an alias; write the value out."),
            var other => throw problem(other!.Start, "a value is missing here."),
        };
    }

    private void CheckTag(NodeEvent node, bool isTop)
    {
        if (node.Tag.IsEmpty || isTop && node.Tag.Value == VarFile.SecretTag || node.Tag.Value is YamlScalar.TextTag)
        {
            return;
        }

        throw problem(node.Start, node.Tag.Value == VarFile.SecretTag
            ? "!secret goes before the whole value of a key: a secret is sealed whole."
            : $"the tag {node.Tag.Value} is unknown; there is !secret, and !!str.");
    }

    private JsonNode? ReadScalar()
    {
        var scalar = parser.Consume<Scalar>();
        return YamlScalar.TryRead(scalar, out var value)
            ? value
            : throw problem(scalar.Start, $"'{scalar.Value}' has no form in JSON; put it in quotes to make it a string.");
    }

    private JsonArray ReadList(int depth)
    {
        parser.Consume<SequenceStart>();
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Add(Read(depth + 1));
        }

        return list;
    }

    private JsonObject ReadObject(int depth)
    {
        parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw problem(parser.Current!.Start, "a name inside a value must be a word.");
            }

            if (!map.TryAdd(key.Value, Read(depth + 1)))
            {
                throw problem(key.Start, $"'{key.Value}' stands here for the second time.");
            }
        }

        return map;
    }
}
