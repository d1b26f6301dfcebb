<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP">
<context>
    <name>Counters</name>
    <message>
        <source>Parts of the lot</source>
        <translation>ロットの個数</translation>
    </message>
    <message>
        <source>Yield</source>
        <translation>良品率</translation>
    </message>
</context>
<context>
    <name>LinePage</name>
    <message>
        <source>The pictures of this part are no longer on disk.</source>
        <translation>この部品の画像はもうディスクにありません。</translation>
    </message>
    <message>
        <source>No picture of this part.</source>
        <translation>この部品の画像はありません。</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>部品 {0}</translation>
    </message>
    <message>
        <source>score {0}</source>
        <translation>スコア {0}</translation>
    </message>
    <message>
        <source>Stop (F5)</source>
        <translation>停止 (F5)</translation>
    </message>
    <message>
        <source>Start (F5)</source>
        <translation>開始 (F5)</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>ライン</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>準備完了</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止中</translation>
    </message>
    <message>
        <source>&amp;Lot</source>
        <translation>ロット(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Operator</source>
        <translation>作業者(&amp;O)</translation>
    </message>
    <message>
        <source>Inspect (Space)</source>
        <translation>検査 (スペース)</translation>
    </message>
    <message>
        <source>Judge the part under the lens</source>
        <translation>レンズの下の部品を判定します</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>ライブ</translation>
    </message>
    <message>
        <source>Last part</source>
        <translation>直前の部品</translation>
    </message>
    <message>
        <source>No live picture: the line is stopped or the camera gives none.</source>
        <translation>ライブ画像なし:ラインが停止しているか、カメラから画像が届いていません。</translation>
    </message>
    <message>
        <source>The last inspected part appears here.</source>
        <translation>直前に検査した部品がここに表示されます。</translation>
    </message>
    <message>
        <source>The last twenty parts appear here.</source>
        <translation>直近20個の部品がここに表示されます。</translation>
    </message>
</context>
<context>
    <name>StationWindow</name>
    <message>
        <source>● Running</source>
        <translation>● 運転中</translation>
    </message>
    <message>
        <source>■ Stopped</source>
        <translation>■ 停止中</translation>
    </message>
    <message>
        <source>… Starting</source>
        <translation>… 起動中</translation>
    </message>
    <message>
        <source>… Stopping</source>
        <translation>… 停止処理中</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>明るい配色</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>暗い配色</translation>
    </message>
    <message>
        <source>Model {0} version {1} on {2}</source>
        <translation>モデル {0} バージョン {1}({2})</translation>
    </message>
    <message>
        <source>OK up to {0} · NG above {1}</source>
        <translation>OK {0} 以下 · NG {1} 超</translation>
    </message>
    <message>
        <source>Inspection station {0}</source>
        <translation>検査ステーション {0}</translation>
    </message>
    <message>
        <source>Language of the window (F9)</source>
        <translation>画面の言語 (F9)</translation>
    </message>
    <message>
        <source>Recipe {0} revision {1}</source>
        <translation>レシピ {0} 改訂 {1}</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Part not in position</source>
        <translation>部品の位置ずれ</translation>
    </message>
    <message>
        <source>Camera fault</source>
        <translation>カメラ異常</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>画像なし</translation>
    </message>
    <message>
        <source>Not recorded yet</source>
        <translation>未記録</translation>
    </message>
    <message>
        <source>Wrong picture</source>
        <translation>画像が不適切</translation>
    </message>
    <message>
        <source>pin tilted sideways</source>
        <translation>端子の傾き(左右)</translation>
    </message>
    <message>
        <source>pin tilted forwards or back</source>
        <translation>端子の傾き(前後)</translation>
    </message>
    <message>
        <source>pin retracted</source>
        <translation>端子の後退</translation>
    </message>
    <message>
        <source>pin missing</source>
        <translation>端子の欠落</translation>
    </message>
    <message>
        <source>pin tarnished</source>
        <translation>端子の変色</translation>
    </message>
    <message>
        <source>foreign body</source>
        <translation>異物</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>再検査</translation>
    </message>
    <message>
        <source>HOLD</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>center</source>
        <translation>中央</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>Not clear: place the part again</source>
        <translation>判定不明:部品を置き直してください</translation>
    </message>
    <message>
        <source>Looks like: {0}</source>
        <translation>推定:{0}</translation>
    </message>
    <message>
        <source>Deviates from good parts</source>
        <translation>良品との差異あり</translation>
    </message>
    <message>
        <source>score {0} · OK up to {1} · NG above {2}</source>
        <translation>スコア {0} · OK {1} 以下 · NG {2} 超</translation>
    </message>
    <message>
        <source>Could not be judged</source>
        <translation>判定できません</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>カメラ</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>記録</translation>
    </message>
    <message>
        <source>Model change</source>
        <translation>モデル切替</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>ライン</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>受付不可</translation>
    </message>
    <message>
        <source>Cannot start</source>
        <translation>起動できません</translation>
    </message>
    <message>
        <source>Lot or operator</source>
        <translation>ロットまたは作業者</translation>
    </message>
</context>
</TS>
