using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The calls made for every column of every event, straight into the library that SQLitePCL has loaded.</summary>
/// <remarks>
/// SQLitePCL counts references to the statement and lets the garbage collector in at every call. For a column that costs ten times what the
/// column does. These calls neither wait nor call back: the values lie in memory since the step that found the row.
/// </remarks>
internal static unsafe class NativeStatement
{
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> ColumnInt64;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*> ColumnBlob;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnBytes;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int> BindInt64;

    static NativeStatement()
    {
        var library = NativeLibrary.Load("e_sqlite3", typeof(SQLite3Provider_e_sqlite3).Assembly, null);
        ColumnInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)NativeLibrary.GetExport(library, "sqlite3_column_int64");
        ColumnBlob = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*>)NativeLibrary.GetExport(library, "sqlite3_column_blob");
        ColumnBytes = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(library, "sqlite3_column_bytes");
        BindInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int>)NativeLibrary.GetExport(library, "sqlite3_bind_int64");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Integer(nint statement, int column) => ColumnInt64(statement, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        var bytes = ColumnBlob(statement, column);
        return new ReadOnlySpan<byte>(bytes, ColumnBytes(statement, column));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bind(nint statement, int parameter, long value) => BindInt64(statement, parameter, value);
}
