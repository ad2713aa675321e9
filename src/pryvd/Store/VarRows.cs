using System.Text;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Store;

/// <summary>Rows of table vars of one scope as the database gave them, until somebody asks for the variables.</summary>
internal sealed class VarRows(byte[] bytes, (int KeyBytes, int RowBytes)[] lengths)
{
    /// <exception cref="RowDamageException">A row does not hold what was written there.</exception>
    public ExtraVar[] Read()
    {
        var reader = new VarRowReader();
        var items = new ExtraVar[lengths.Length];
        var (at, length) = (0, 0);
        Func<string> key = () => Encoding.UTF8.GetString(bytes, at, length);
        for (var i = 0; i < items.Length; i++)
        {
            (length, var rowBytes) = lengths[i];
            items[i] = reader.Read(bytes.AsSpan(at + length, rowBytes), key);
            at += length + rowBytes;
        }

        return items;
    }
}
