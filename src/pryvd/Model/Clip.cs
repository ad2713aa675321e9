namespace Pryvd.Model;

/// <summary>Cuts free text to a bound, the same way on every node.</summary>
public static class Clip
{
    public static string To(string text, int characters)
    {
        if (text.Length <= characters)
        {
            return text;
        }

        // Half of a surrogate pair would be another text once it has been on the disk.
        return char.IsHighSurrogate(text[characters - 1]) ? text[..(characters - 1)] : text[..characters];
    }
}
