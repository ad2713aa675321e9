using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>Tags in the order of their keys, equal when their contents are.</summary>
public sealed class TagSet : IEquatable<TagSet>
{
    public const int MaxTags = 64;

    public const int MaxValue = 256;

    public static readonly TagSet Empty = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, string> _tags;

    private TagSet(ImmutableSortedDictionary<string, string> tags) => _tags = tags;

    public int Count => _tags.Count;

    public IReadOnlyDictionary<string, string> Items => _tags;

    public static TagSet From(IEnumerable<KeyValuePair<string, string>> _tags) => new(Empty._tags.SetItems(_tags));

    /// <summary>These tags with <paramref name="stronger"/> laid over them.</summary>
    public TagSet With(TagSet stronger) => new(_tags.SetItems(stronger._tags));

    public TagSet Without(IEnumerable<string> keys) => new(_tags.RemoveRange(keys));

    public bool Has(string key) => _tags.ContainsKey(key);

    /// <summary>What is wrong with the tags, or null.</summary>
    public string? Problem()
    {
        if (_tags.Count > MaxTags)
        {
            return $"{_tags.Count} tags are more than the {MaxTags} that a node may have; remove some";
        }

        foreach (var (key, value) in _tags)
        {
            if (!Names.IsName(key) || value.Length > MaxValue)
            {
                return $"tag '{Clip.To(key, Names.MaxName)}' is not valid: a key has letters, digits and ._- (at most {Names.MaxName}), a value at most {MaxValue} characters";
            }
        }

        return null;
    }

    public bool Equals(TagSet? other) => other is not null && _tags.SequenceEqual(other._tags);

    public override bool Equals(object? obj) => Equals(obj as TagSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var tag in _tags)
        {
            hash.Add(tag);
        }

        return hash.ToHashCode();
    }
}
