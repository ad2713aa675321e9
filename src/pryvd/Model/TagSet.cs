using System.Collections.Immutable;

namespace Pryvd.Model;

/// <summary>Tags in the order of their keys, equal when their contents are.</summary>
public sealed class TagSet : IEquatable<TagSet>
{
    public const int MaxTags = 64;

    public const int MaxValue = 256;

    public static readonly TagSet Empty = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, string> tags;

    private TagSet(ImmutableSortedDictionary<string, string> tags) => this.tags = tags;

    public int Count => tags.Count;

    public IReadOnlyDictionary<string, string> Items => tags;

    public static TagSet From(IEnumerable<KeyValuePair<string, string>> tags) => new(Empty.tags.SetItems(tags));

    /// <summary>These tags with <paramref name="stronger"/> laid over them.</summary>
    public TagSet With(TagSet stronger) => new(tags.SetItems(stronger.tags));

    public TagSet Without(IEnumerable<string> keys) => new(tags.RemoveRange(keys));

    public bool Has(string key) => tags.ContainsKey(key);

    /// <summary>What is wrong with the tags, or null.</summary>
    public string? Problem()
    {
        if (tags.Count > MaxTags)
        {
            return $"{tags.Count} tags are more than the {MaxTags} that a node may have; remove some";
        }

        foreach (var (key, value) in tags)
        {
            if (!Names.IsName(key) || value.Length > MaxValue)
            {
                return $"tag '{Clip.To(key, Names.MaxName)}' is not valid: a key has letters, digits and ._- (at most {Names.MaxName}), a value at most {MaxValue} characters";
            }
        }

        return null;
    }

    public bool Equals(TagSet? other) => other is not null && tags.SequenceEqual(other.tags);

    public override bool Equals(object? obj) => Equals(obj as TagSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var tag in tags)
        {
            hash.Add(tag);
        }

        return hash.ToHashCode();
    }
}
