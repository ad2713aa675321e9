using System.Globalization;
using System.Text;
using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>A row of table specs: one that its component no longer has but some assignment still does.</summary>
public static class SpecRow
{
    public static string Key(string component, long version) => string.Create(CultureInfo.InvariantCulture, $"{component}:{version}");

    public static byte[] Write(ComponentSpec spec) => Encoding.UTF8.GetBytes(SpecJson.Write(spec));

    public static KeyValuePair<string, ComponentSpec> Read(string key, string json) => KeyValuePair.Create(key, SpecJson.Read(json));
}
