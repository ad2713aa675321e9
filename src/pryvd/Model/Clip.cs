namespace Pryvd.Model;

/// <summary>Cuts free text to a bound, the same way on every node.</summary>
public static class Clip
{
    public static string To(string text, int characters) => text.Length <= characters ? text : text[..characters];
}
