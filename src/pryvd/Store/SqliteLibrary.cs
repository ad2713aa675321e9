using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>Binds the provider to the system's SQLite, which the distribution keeps patched.</summary>
internal static class SqliteLibrary
{
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"];

    private static readonly Lazy<bool> Loaded = new(Bind);

    public static void Load() => _ = Loaded.Value;

    private static bool Bind()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in SystemNames)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        throw new StoreException(
            $"no SQLite library was found (looked for {string.Join(", ", SystemNames)}); install it, on Debian with: apt-get install libsqlite3-0");
    }
}
