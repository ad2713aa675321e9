using System.Globalization;

namespace Pryvd.Specs.Yaml;

/// <summary>Where each path of a document stands; of one that is not there, its nearest parent.</summary>
internal sealed class Places
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    public Places(YamlNode document) => Walk("", document, document.At);

    public Place Of(string path)
    {
        for (var at = path; at.Length > 0; at = Parent(at))
        {
            if (_places.TryGetValue(at, out var place))
            {
                return place;
            }
        }

        return _places[""];
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];

    private void Walk(string path, YamlNode node, Place at)
    {
        _places[path] = at;
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            Walk(path.Length == 0 ? key.Value : $"{path}.{key.Value}", value, key.At);
        }

        foreach (var (item, position) in ((node as YamlList)?.Items ?? []).Select((item, position) => (item, position)))
        {
            Walk(string.Create(CultureInfo.InvariantCulture, $"{path}[{position}]"), item, item.At);
        }
    }
}
