<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP">
<context>
    <name>AccountDialog</name>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>役割</translation>
    </message>
    <message>
        <source>PIN or password</source>
        <translation>PIN またはパスワード</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>もう一度入力</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>キャンセル (Esc)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>The PIN or password stays as it is.</source>
        <translation>PIN またはパスワードは変更されません。</translation>
    </message>
    <message>
        <source>A PIN of at least {0} digits, or a password of at least {1} characters.</source>
        <translation>{0} 桁以上の PIN、または {1} 文字以上のパスワード。</translation>
    </message>
    <message>
        <source>A password of at least {0} characters.</source>
        <translation>{0} 文字以上のパスワード。</translation>
    </message>
    <message>
        <source>Give the account a name.</source>
        <translation>アカウントの名前を入力してください。</translation>
    </message>
    <message>
        <source>This PIN or password does not do: {0}</source>
        <translation>この PIN またはパスワードは使用できません:{0}</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>2つの入力が一致しません。</translation>
    </message>
    <message>
        <source>Being written</source>
        <translation>書き込み中</translation>
    </message>
</context>
<context>
    <name>AccountsTab</name>
    <message>
        <source>The first engineer</source>
        <translation>最初の技術者</translation>
    </message>
    <message>
        <source>Another account</source>
        <translation>アカウントの追加</translation>
    </message>
    <message>
        <source>{0} may sign in.</source>
        <translation>{0} がサインインできるようになりました。</translation>
    </message>
    <message>
        <source>Another role for {0}</source>
        <translation>{0} の役割の変更</translation>
    </message>
    <message>
        <source>{0} has the role {1} now.</source>
        <translation>{0} の役割は {1} になりました。</translation>
    </message>
    <message>
        <source>Another PIN or password for {0}</source>
        <translation>{0} の PIN またはパスワードの変更</translation>
    </message>
    <message>
        <source>{0} signs in with the new one from now on.</source>
        <translation>今後 {0} は新しい PIN またはパスワードでサインインします。</translation>
    </message>
    <message>
        <source>{0} signs in no more. Add the name again to bring the account back.</source>
        <translation>{0} はサインインできなくなりました。元に戻すには、同じ名前をもう一度追加してください。</translation>
    </message>
    <message>
        <source>may sign in</source>
        <translation>サインイン可</translation>
    </message>
    <message>
        <source>deactivated</source>
        <translation>無効</translation>
    </message>
    <message>
        <source>Choose an account first</source>
        <translation>先にアカウントを選択してください</translation>
    </message>
    <message>
        <source>Add the name again to bring it back</source>
        <translation>元に戻すには、同じ名前をもう一度追加してください</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>アカウント</translation>
    </message>
    <message>
        <source>There is no account yet: whoever stands here may do everything. With the first one, pages of QA and engineers ask who is there.</source>
        <translation>アカウントはまだありません:ここにいる人は誰でもすべての操作ができます。最初のアカウントを作成すると、品質保証と技術者のページではサインインが必要になります。</translation>
    </message>
    <message>
        <source>Create the first engineer…</source>
        <translation>最初の技術者を作成…</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>追加…</translation>
    </message>
    <message>
        <source>Role…</source>
        <translation>役割…</translation>
    </message>
    <message>
        <source>New PIN or password…</source>
        <translation>新しい PIN またはパスワード…</translation>
    </message>
    <message>
        <source>Deactivate</source>
        <translation>無効にする</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>役割</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>開始日時</translation>
    </message>
</context>
<context>
    <name>AlarmPanel</name>
    <message>
        <source>Acknowledge (F8)</source>
        <translation>確認 (F8)</translation>
    </message>
    <message>
        <source>The line waits: no part is accepted until somebody acknowledges.</source>
        <translation>ライン待機中:誰かが確認するまで部品を受け付けません。</translation>
    </message>
    <message>
        <source>The line runs on.</source>
        <translation>ラインは運転を続けます。</translation>
    </message>
    <message>
        <source>{0} NG parts in a row</source>
        <translation>NG が {0} 個連続</translation>
    </message>
    <message>
        <source>Put these parts aside. Look at the machine before this station: tool, material, feed. Call the engineer.</source>
        <translation>これらの部品を取り分けてください。前工程の設備(工具、材料、供給)を確認し、技術者を呼んでください。</translation>
    </message>
    <message>
        <source>{0} parts in a row could not be judged</source>
        <translation>判定できない部品が {0} 個連続</translation>
    </message>
    <message>
        <source>Put these parts aside. Look at lens, light and fixture; wipe the lens. Then present the parts again.</source>
        <translation>これらの部品を取り分けてください。レンズ、照明、治具を確認し、レンズを拭いてから、部品をもう一度検査してください。</translation>
    </message>
    <message>
        <source>Yield {0} over the last {1} parts</source>
        <translation>直近 {1} 個の良品率 {0}</translation>
    </message>
    <message>
        <source>More parts are bad than agreed. Look at the last NG parts for a common defect and call the engineer.</source>
        <translation>不良が取り決めより多くなっています。直近の NG 部品に共通する不良がないか確認し、技術者を呼んでください。</translation>
    </message>
</context>
<context>
    <name>AlignmentPanel</name>
    <message>
        <source>Pictures are judged as they come: the part must always lie in exactly the same place.</source>
        <translation>画像をそのまま判定します:部品は常にまったく同じ位置に置く必要があります。</translation>
    </message>
    <message>
        <source>The whole picture is matched with the mean good picture, as a template. Quick; for steady light.</source>
        <translation>画像全体を良品の平均画像とテンプレートとして照合します。高速。照明が安定している場合向け。</translation>
    </message>
    <message>
        <source>Points that both pictures show are matched with one real picture. Ten times slower; for moving shadows.</source>
        <translation>両方の画像に写る特徴点を1枚の実画像と照合します。10倍遅くなります。影が動く場合向け。</translation>
    </message>
    <message>
        <source>Alignment</source>
        <translation>位置合わせ</translation>
    </message>
    <message>
        <source>Largest shift</source>
        <translation>最大移動量</translation>
    </message>
    <message>
        <source>Largest rotation</source>
        <translation>最大回転量</translation>
    </message>
    <message>
        <source>Least likeness</source>
        <translation>最小類似度</translation>
    </message>
    <message>
        <source>Least points</source>
        <translation>最小特徴点数</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>オフ</translation>
    </message>
    <message>
        <source>By template (correlation)</source>
        <translation>テンプレート(相関)</translation>
    </message>
    <message>
        <source>By features</source>
        <translation>特徴点</translation>
    </message>
    <message>
        <source>Of the picture&apos;s width; beyond it the part is on HOLD.</source>
        <translation>画像の幅に対する割合。超えると部品は HOLD になります。</translation>
    </message>
    <message>
        <source>Beyond it the part is on HOLD.</source>
        <translation>超えると部品は HOLD になります。</translation>
    </message>
    <message>
        <source>Try it on the live picture</source>
        <translation>ライブ画像で試す</translation>
    </message>
    <message>
        <source>Take this picture as reference</source>
        <translation>この画像を基準にする</translation>
    </message>
</context>
<context>
    <name>CameraSetup</name>
    <message>
        <source>No picture to measure.</source>
        <translation>測定する画像がありません。</translation>
    </message>
    <message>
        <source>{0} · best so far {1} ({2} of it)</source>
        <translation>{0} · これまでの最良 {1}(その {2})</translation>
    </message>
    <message>
        <source>Live · {0} frames a second</source>
        <translation>ライブ · 毎秒 {0} フレーム</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>ライブ</translation>
    </message>
    <message>
        <source>Exposure is right: the range is used and nothing is burnt out.</source>
        <translation>露出は適正です:階調が十分に使われ、白飛びもありません。</translation>
    </message>
    <message>
        <source>Too bright: pixels are burnt out. Shorten the exposure, close the aperture or dim the light.</source>
        <translation>明るすぎます:白飛びした画素があります。露出時間を短くするか、絞りを閉じるか、照明を弱めてください。</translation>
    </message>
    <message>
        <source>Nearly too bright: a brighter part will be burnt out. Shorten the exposure a little.</source>
        <translation>ほぼ明るすぎます:より明るい部品では白飛びします。露出時間を少し短くしてください。</translation>
    </message>
    <message>
        <source>Too dark: the upper half of the range is empty. Lengthen the exposure, open the aperture or add light.</source>
        <translation>暗すぎます:階調の上半分が使われていません。露出時間を長くするか、絞りを開くか、照明を強めてください。</translation>
    </message>
    <message>
        <source>Parts of the picture are quite black. Add light from the side, or lengthen the exposure.</source>
        <translation>画像の一部が黒つぶれしています。横から照明を追加するか、露出時間を長くしてください。</translation>
    </message>
    <message>
        <source>Both burnt out and black: the light is too harsh for any exposure. Use softer light.</source>
        <translation>白飛びと黒つぶれの両方があります:照明が強すぎ、どの露出でも対応できません。柔らかい照明を使ってください。</translation>
    </message>
    <message>
        <source>Simulated camera: it draws its pictures, so there is no exposure to set.</source>
        <translation>模擬カメラ:画像を描画しているため、設定する露出はありません。</translation>
    </message>
    <message>
        <source>Folder of pictures: they were exposed when they were taken; there is nothing to set.</source>
        <translation>画像フォルダー:露出は撮影時に決まっているため、設定するものはありません。</translation>
    </message>
    <message>
        <source>Exposure: automatic. For inspection set a fixed one: exposure_ms in [camera.opencv] of config.toml, then start again.</source>
        <translation>露出:自動。検査では固定にしてください:config.toml の [camera.opencv] で exposure_ms を設定し、再起動してください。</translation>
    </message>
    <message>
        <source>Exposure: {0} ms, from exposure_ms in [camera.opencv] of config.toml. Change it there and start again; video files and network streams ignore it.</source>
        <translation>露出:{0} ms(config.toml の [camera.opencv] の exposure_ms)。変更する場合はそこを書き換えて再起動してください。動画ファイルとネットワークストリームには適用されません。</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>明るさ</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>ピント</translation>
    </message>
    <message>
        <source>Exposure setting</source>
        <translation>露出の設定</translation>
    </message>
    <message>
        <source>Forget the best</source>
        <translation>最良値をリセット</translation>
    </message>
    <message>
        <source>Start again after the scene has changed: only values of one scene can be compared.</source>
        <translation>撮影対象が変わったらやり直してください:比較できるのは同じ対象の値だけです。</translation>
    </message>
    <message>
        <source>Mean of 255</source>
        <translation>平均 (最大 255)</translation>
    </message>
    <message>
        <source>Black (at 0)</source>
        <translation>黒 (0)</translation>
    </message>
    <message>
        <source>White (at 255)</source>
        <translation>白 (255)</translation>
    </message>
    <message>
        <source>Turn the lens until the bar is longest; the mark stays at the best so far.</source>
        <translation>バーが最も長くなるまでレンズを回してください。印はこれまでの最良の位置に残ります。</translation>
    </message>
    <message>
        <source>No live picture. Start the line, or open the camera alone above.</source>
        <translation>ライブ画像がありません。ラインを起動するか、上でカメラだけを開いてください。</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>カメラ</translation>
    </message>
</context>
<context>
    <name>ChallengePanel</name>
    <message>
        <source>✓ as expected</source>
        <translation>✓ 期待どおり</translation>
    </message>
    <message>
        <source>✗ wrong</source>
        <translation>✗ 不一致</translation>
    </message>
    <message>
        <source>Go on with production (F10)</source>
        <translation>生産を続ける (F10)</translation>
    </message>
    <message>
        <source>Close (F10)</source>
        <translation>閉じる (F10)</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5)</source>
        <translation>ラインは停止中です:起動してください (F5)</translation>
    </message>
    <message>
        <source>Run again (Space)</source>
        <translation>もう一度検査 (スペース)</translation>
    </message>
    <message>
        <source>Run this part (Space)</source>
        <translation>この部品を検査 (スペース)</translation>
    </message>
    <message>
        <source>An engineer must sign in for this</source>
        <translation>技術者のサインインが必要です</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5).</source>
        <translation>ラインは停止中です:起動してください (F5)。</translation>
    </message>
    <message>
        <source>All challenge parts were judged as expected. Take the last one out, then go on.</source>
        <translation>すべてのチャレンジ部品が期待どおりに判定されました。最後の部品を取り出してから続けてください。</translation>
    </message>
    <message>
        <source>A part was not judged as expected. Wipe lens and part, run them again; call the engineer if it stays so.</source>
        <translation>期待どおりに判定されなかった部品があります。レンズと部品を拭いてもう一度検査し、変わらない場合は技術者を呼んでください。</translation>
    </message>
    <message>
        <source>Production stays locked. Wipe lens and part, check light and position, then run the parts again from the first one.</source>
        <translation>生産はロックされたままです。レンズと部品を拭き、照明と位置を確認してから、最初の部品からもう一度検査してください。</translation>
    </message>
    <message>
        <source>Last time: {0}. Present part “{1}” now.</source>
        <translation>前回:{0}。部品「{1}」をセットしてください。</translation>
    </message>
    <message>
        <source>Present part “{0}” now.</source>
        <translation>部品「{0}」をセットしてください。</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>期待</translation>
    </message>
    <message>
        <source>Judged</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Reason, if production must run without them</source>
        <translation>チャレンジ部品なしで生産する場合の理由</translation>
    </message>
    <message>
        <source>Override (engineer)</source>
        <translation>強制解除(技術者)</translation>
    </message>
</context>
<context>
    <name>ChartsPage</name>
    <message>
        <source>Counting…</source>
        <translation>集計中…</translation>
    </message>
    <message>
        <source>There is no part to export in this choice.</source>
        <translation>この条件には書き出す部品がありません。</translation>
    </message>
    <message>
        <source>Not counted. Press Refresh.</source>
        <translation>未集計です。「更新」を押してください。</translation>
    </message>
    <message>
        <source>No part was recorded in this period.</source>
        <translation>この期間に記録された部品はありません。</translation>
    </message>
    <message>
        <source>No NG part in this period.</source>
        <translation>この期間に NG 部品はありません。</translation>
    </message>
    <message>
        <source>No part with a verdict in this period.</source>
        <translation>この期間に判定のある部品はありません。</translation>
    </message>
    <message>
        <source>No part with a score in this period.</source>
        <translation>この期間にスコアのある部品はありません。</translation>
    </message>
    <message>
        <source>No OK part with a score in this period.</source>
        <translation>この期間にスコアのある OK 部品はありません。</translation>
    </message>
    <message>
        <source>The parts could not be counted: {0}</source>
        <translation>部品を集計できませんでした:{0}</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(なし)</translation>
    </message>
    <message>
        <source>all</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>{0} version {1}</source>
        <translation>{0} バージョン {1}</translation>
    </message>
    <message>
        <source>&amp;Period</source>
        <translation>期間(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>モデル(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Subgroups</source>
        <translation>サブグループ(&amp;S)</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>this shift</source>
        <translation>この直</translation>
    </message>
    <message>
        <source>this lot</source>
        <translation>このロット</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 日間</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 日間</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 個</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>by the hour</source>
        <translation>1時間ごと</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>書き出し…</translation>
    </message>
    <message>
        <source>NG parts</source>
        <translation>NG 部品</translation>
    </message>
    <message>
        <source>by mode</source>
        <translation>不良モード別</translation>
    </message>
    <message>
        <source>by position</source>
        <translation>位置別</translation>
    </message>
    <message>
        <source>Share of NG (p-chart)</source>
        <translation>NG の割合 (p 管理図)</translation>
    </message>
    <message>
        <source>Scores: ■ not reviewed ▨ OK ▩ NG</source>
        <translation>スコア:■ 未レビュー ▨ OK ▩ NG</translation>
    </message>
    <message>
        <source>log</source>
        <translation>対数</translation>
    </message>
    <message>
        <source>Logarithmic axis of counts, so that single parts can be seen</source>
        <translation>個数の軸を対数にし、1個の部品も見えるようにします</translation>
    </message>
    <message>
        <source>Scores of OK parts (EWMA, λ = {0})</source>
        <translation>OK 部品のスコア (EWMA, λ = {0})</translation>
    </message>
    <message>
        <source>A click on a bar or point, or arrow keys and Enter, lists its parts</source>
        <translation>棒または点をクリックするか、矢印キーと Enter で、その部品を一覧表示します</translation>
    </message>
    <message>
        <source>Can the verdicts be trusted?</source>
        <translation>判定は信頼できるか</translation>
    </message>
    <message>
        <source>Shifts and lots</source>
        <translation>直とロット</translation>
    </message>
    <message>
        <source>Shift from</source>
        <translation>直の開始</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Yield</source>
        <translation>良品率</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>グラフ</translation>
    </message>
</context>
<context>
    <name>CommentDialog</name>
    <message>
        <source>Comment</source>
        <translation>コメント</translation>
    </message>
    <message>
        <source>The part is</source>
        <translation>この部品は</translation>
    </message>
    <message>
        <source>Save (Ctrl+Enter)</source>
        <translation>保存 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>{0} of {1} characters</source>
        <translation>{0} / {1} 文字</translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>Counters</name>
    <message>
        <source>Parts of the lot</source>
        <translation>ロットの個数</translation>
    </message>
    <message>
        <source>Shift {0}</source>
        <translation>直 {0}</translation>
    </message>
    <message>
        <source>Yield</source>
        <translation>良品率</translation>
    </message>
    <message>
        <source>Shift (F6)</source>
        <translation>直 (F6)</translation>
    </message>
    <message>
        <source>Count the shift instead of the lot</source>
        <translation>ロットではなく直で集計します</translation>
    </message>
    <message>
        <source>Lot (F6)</source>
        <translation>ロット (F6)</translation>
    </message>
    <message>
        <source>Count the lot instead of the shift</source>
        <translation>直ではなくロットで集計します</translation>
    </message>
</context>
<context>
    <name>DriftTab</name>
    <message>
        <source>The records are being read.</source>
        <translation>記録を読み込んでいます。</translation>
    </message>
    <message>
        <source>Too few parts yet: the first {0} parts of a model version are what later ones are compared with, {1} at least at a time.</source>
        <translation>部品がまだ足りません:モデルのバージョンごとの最初の {0} 個を基準とし、以降の部品を {1} 個以上ずつまとめて比較します。</translation>
    </message>
    <message>
        <source>No drift: the newest parts score and look as the first ones of this model version did.</source>
        <translation>ドリフトなし:最新の部品のスコアと見え方は、このモデルのバージョンの最初の部品と同じです。</translation>
    </message>
    <message>
        <source>Some drift. Look at the lens, the light and the fixture, and run the challenge parts; then look again.</source>
        <translation>ややドリフトがあります。レンズ、照明、治具を確認し、チャレンジ部品を検査してから、もう一度確認してください。</translation>
    </message>
    <message>
        <source>Large drift: good parts look different and score differently. Clean the lens, check light, focus and fixture, and run the challenge parts before you trust the verdicts. If the parts themselves are new, teach a new version.</source>
        <translation>大きなドリフト:良品の見え方もスコアも変わっています。判定を信頼する前に、レンズを清掃し、照明、ピント、治具を確認して、チャレンジ部品を検査してください。部品自体が新しい場合は、新しいバージョンをティーチングしてください。</translation>
    </message>
    <message>
        <source>Large drift of the picture: parts judged OK look different, though their scores hardly do. Check light, focus and fixture; a defect may be judged differently now.</source>
        <translation>画像の大きなドリフト:OK と判定された部品の見え方が変わっていますが、スコアはほとんど変わっていません。照明、ピント、治具を確認してください。不良の判定が変わっている可能性があります。</translation>
    </message>
    <message>
        <source>Large drift of the scores, while good parts look as before. More defects, or another mix of parts? Review some of the newest parts before you move a threshold.</source>
        <translation>スコアの大きなドリフト:良品の見え方は変わっていません。不良の増加、または部品構成の変化が考えられます。しきい値を動かす前に、最新の部品をいくつかレビューしてください。</translation>
    </message>
    <message>
        <source>{0} {1} ({2}; by chance up to {3})</source>
        <translation>{0} {1}({2}、偶然の範囲は {3} まで)</translation>
    </message>
    <message>
        <source>Newest {0} parts, until {1}, {2} version {3}</source>
        <translation>最新 {0} 個、{1} まで、{2} バージョン {3}</translation>
    </message>
    <message>
        <source>PSI of the scores</source>
        <translation>スコアの PSI</translation>
    </message>
    <message>
        <source>shift of the picture: too few OK parts to tell</source>
        <translation>画像のずれ:OK 部品が少なく判断できません</translation>
    </message>
    <message>
        <source>shift of the picture</source>
        <translation>画像のずれ</translation>
    </message>
    <message>
        <source>none</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>some</source>
        <translation>やや</translation>
    </message>
    <message>
        <source>large</source>
        <translation>大</translation>
    </message>
    <message>
        <source>version {0}</source>
        <translation>バージョン {0}</translation>
    </message>
    <message>
        <source>By {0} parts</source>
        <translation>{0} 個ごと</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>日ごと</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再確認</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Each point is a batch of parts against the first {0} of its model version. Dotted: what chance alone does in 19 of 20 batches.</source>
        <translation>各点は部品のまとまりで、そのモデルのバージョンの最初の {0} 個と比較しています。点線:20 回中 19 回は偶然だけで生じる範囲。</translation>
    </message>
</context>
<context>
    <name>EventsPage</name>
    <message>
        <source>Events</source>
        <translation>イベント</translation>
    </message>
    <message>
        <source>Events {0} to {1} of {2}</source>
        <translation>イベント {0}〜{1} / {2}</translation>
    </message>
    <message>
        <source>There are no older ones</source>
        <translation>これより古いものはありません</translation>
    </message>
    <message>
        <source>These are the newest</source>
        <translation>これが最新です</translation>
    </message>
    <message>
        <source>Event {0} · {1}</source>
        <translation>イベント {0} · {1}</translation>
    </message>
    <message>
        <source>When: {0}</source>
        <translation>日時:{0}</translation>
    </message>
    <message>
        <source>Who: {0}</source>
        <translation>実行者:{0}</translation>
    </message>
    <message>
        <source>nobody had signed in</source>
        <translation>サインインなし</translation>
    </message>
    <message>
        <source>Hash: {0}</source>
        <translation>ハッシュ:{0}</translation>
    </message>
    <message>
        <source>Hash of the one before: {0}</source>
        <translation>1つ前のハッシュ:{0}</translation>
    </message>
    <message>
        <source>This event was changed after it was written: it no longer gives its own hash.</source>
        <translation>このイベントは書き込み後に変更されています:内容がハッシュと一致しません。</translation>
    </message>
    <message>
        <source>Every hash is computed again…</source>
        <translation>すべてのハッシュを再計算しています…</translation>
    </message>
    <message>
        <source>Export the events that are filtered</source>
        <translation>絞り込んだイベントの書き出し</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>The events are being written…</source>
        <translation>イベントを書き出しています…</translation>
    </message>
    <message>
        <source>{0} events in {1}</source>
        <translation>{0} 件のイベントを {1} に書き出しました</translation>
    </message>
    <message>
        <source>✓ {0} events, unbroken. Hash of the last one: {1}</source>
        <translation>✓ イベント {0} 件、欠損・改変なし。最後のハッシュ:{1}</translation>
    </message>
    <message>
        <source>✗ Event {0} is broken: it was changed, or one before it is gone. The {1} events before it are unbroken.</source>
        <translation>✗ イベント {0} で途切れています:変更されたか、それより前のイベントが失われています。その前の {1} 件は正常です。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>中止しました。</translation>
    </message>
    <message>
        <source>Every kind</source>
        <translation>すべての種別</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>全員</translation>
    </message>
    <message>
        <source>At any time</source>
        <translation>全期間</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>直近 7 日間</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>直近 30 日間</translation>
    </message>
    <message>
        <source>Chosen days</source>
        <translation>日付を指定</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種別</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>実行者</translation>
    </message>
    <message>
        <source>When</source>
        <translation>日時</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>開始日</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>終了日</translation>
    </message>
    <message>
        <source>◀ Newer</source>
        <translation>◀ 新しい</translation>
    </message>
    <message>
        <source>Older ▶</source>
        <translation>古い ▶</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>検証</translation>
    </message>
    <message>
        <source>Compute every hash again: an event that was changed or taken out shows</source>
        <translation>すべてのハッシュを再計算し、変更または削除されたイベントを検出します</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>書き出し…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>No event fits these filters.</source>
        <translation>この条件に合うイベントはありません。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Written: {0}, {1} pages.</source>
        <translation>書き出し完了:{0}、{1} ページ。</translation>
    </message>
    <message>
        <source>Written: {0}, {1} parts.</source>
        <translation>書き出し完了:{0}、部品 {1} 個。</translation>
    </message>
    <message>
        <source>Written: {0}, {1} parts, {2} rows.</source>
        <translation>書き出し完了:{0}、部品 {1} 個、{2} 行。</translation>
    </message>
    <message>
        <source>Left out: {0}.</source>
        <translation>除外:{0}。</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>未レビュー</translation>
    </message>
    <message>
        <source>reviewed as unsure</source>
        <translation>レビューで判断不可</translation>
    </message>
    <message>
        <source>without vectors</source>
        <translation>ベクトルなし</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>中止しました。何も書き出していません。</translation>
    </message>
    <message>
        <source>The filter lets no part through.</source>
        <translation>フィルターに合う部品がありません。</translation>
    </message>
    <message>
        <source>Say where to write.</source>
        <translation>書き出し先を指定してください。</translation>
    </message>
    <message>
        <source>There is something at this place already; choose another name.</source>
        <translation>この場所には既に何かあります。別の名前を選んでください。</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>集計中…</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 個</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Export the filtered parts</source>
        <translation>絞り込んだ部品の書き出し</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>表 (CSV)</translation>
    </message>
    <message>
        <source>Training data (Parquet)</source>
        <translation>学習データ (Parquet)</translation>
    </message>
    <message>
        <source>Report (PDF)</source>
        <translation>レポート (PDF)</translation>
    </message>
    <message>
        <source>marked as UTF-8 for Excel</source>
        <translation>Excel 用に UTF-8 の印を付ける</translation>
    </message>
    <message>
        <source>also parts without a review, by the station&apos;s verdict</source>
        <translation>レビューのない部品も検査機の判定で含める</translation>
    </message>
    <message>
        <source>An escape among them teaches as good; the column labelled_by tells them apart.</source>
        <translation>その中の見逃しは良品として学習されます。labelled_by 列で区別できます。</translation>
    </message>
    <message>
        <source>pictures of at most</source>
        <translation>画像を載せる部品の上限</translation>
    </message>
    <message>
        <source>no part</source>
        <translation>部品なし</translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation>書き出し先(&amp;W)</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>参照…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>フォルダーを開く</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>A second opinion is sought among the parts of other reviewers: enter your name below first.</source>
        <translation>セカンドオピニオンが必要な部品は、他のレビュー者の部品から探します:先に下に自分の名前を入力してください。</translation>
    </message>
    <message>
        <source>Score “{0}” is no number.</source>
        <translation>スコア「{0}」は数値ではありません。</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>集計中…</translation>
    </message>
    <message>
        <source>more than {0} found</source>
        <translation>{0} 件以上見つかりました</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>{0} 件</translation>
    </message>
    <message>
        <source>Write the listed parts to files</source>
        <translation>一覧の部品をファイルに書き出します</translation>
    </message>
    <message>
        <source>No part is listed that could be written</source>
        <translation>書き出せる部品が一覧にありません</translation>
    </message>
    <message>
        <source>List every part again</source>
        <translation>すべての部品を再表示します</translation>
    </message>
    <message>
        <source>No filter is set</source>
        <translation>フィルターは設定されていません</translation>
    </message>
    <message>
        <source>Not reviewed</source>
        <translation>未レビュー</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>レビュー済み</translation>
    </message>
    <message>
        <source>Truly OK</source>
        <translation>実際は OK</translation>
    </message>
    <message>
        <source>Truly NG</source>
        <translation>実際は NG</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>判断不可</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>見逃し</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>過検出</translation>
    </message>
    <message>
        <source>Reviewers disagree</source>
        <translation>レビュー者の不一致</translation>
    </message>
    <message>
        <source>Needs a second opinion</source>
        <translation>セカンドオピニオンが必要</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨日</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>直近 7 日間</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>直近 30 日間</translation>
    </message>
    <message>
        <source>Between…</source>
        <translation>期間指定…</translation>
    </message>
    <message>
        <source>Without a name</source>
        <translation>名前なし</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>すべての期間</translation>
    </message>
    <message>
        <source>Any review</source>
        <translation>すべてのレビュー</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>すべての種別</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Looks like: any</source>
        <translation>推定:すべて</translation>
    </message>
    <message>
        <source>True mode: any</source>
        <translation>実際のモード:すべて</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>すべてのモデル</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>シリアル番号</translation>
    </message>
    <message>
        <source>Score from</source>
        <translation>スコア下限</translation>
    </message>
    <message>
        <source>Score up to</source>
        <translation>スコア上限</translation>
    </message>
    <message>
        <source>The whole name of a lot (Ctrl+F)</source>
        <translation>ロットの名前全体 (Ctrl+F)</translation>
    </message>
    <message>
        <source>How the serial number begins</source>
        <translation>シリアル番号の先頭部分</translation>
    </message>
    <message>
        <source>When the part was taken</source>
        <translation>部品の撮影日時</translation>
    </message>
    <message>
        <source>Taken at this time or later</source>
        <translation>この日時以降に撮影</translation>
    </message>
    <message>
        <source>Taken before this time</source>
        <translation>この日時より前に撮影</translation>
    </message>
    <message>
        <source>What reviewers said; the newest review counts</source>
        <translation>レビュー者の判断(最新のレビューが有効)</translation>
    </message>
    <message>
        <source>Production parts or challenge parts</source>
        <translation>生産部品またはチャレンジ部品</translation>
    </message>
    <message>
        <source>The defect that the station named</source>
        <translation>検査機が示した不良</translation>
    </message>
    <message>
        <source>The defect mode that the newest review names</source>
        <translation>最新のレビューが示す不良モード</translation>
    </message>
    <message>
        <source>The model version that judged</source>
        <translation>判定したモデルのバージョン</translation>
    </message>
    <message>
        <source>Only OK parts that were drawn at random for review</source>
        <translation>レビュー用に無作為に抜き取られた OK 部品のみ</translation>
    </message>
    <message>
        <source>Only parts with this verdict; several add up</source>
        <translation>この判定の部品のみ(複数選択可)</translation>
    </message>
    <message>
        <source>Sampled</source>
        <translation>抜き取り</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>クリア</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>書き出し…</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>No part was judged by both yet.</source>
        <translation>両方で判定された部品はまだありません。</translation>
    </message>
    <message>
        <source>Both give every part the same verdict.</source>
        <translation>すべての部品で両方の判定が一致しています。</translation>
    </message>
    <message>
        <source>version {0}: {1}</source>
        <translation>バージョン {0}:{1}</translation>
    </message>
    <message>
        <source>Version {0} against what judged on the line ({1} parts)</source>
        <translation>バージョン {0} とラインの判定との比較(部品 {1})</translation>
    </message>
    <message>
        <source>Verdicts differ on {0} of {1} parts: {2} (95 %: {3}).</source>
        <translation>{1} 個中 {0} 個で判定が異なります:{2} (95 %: {3})。</translation>
    </message>
    <message>
        <source>None of these parts was reviewed, so nobody can say which of the two is right. Review those on which they differ.</source>
        <translation>これらの部品はレビューされていないため、どちらが正しいか判断できません。判定が異なる部品をレビューしてください。</translation>
    </message>
    <message>
        <source>{0} parts have no review that says OK or NG; they count in the table only.</source>
        <translation>{0} 個には OK または NG とするレビューがなく、表でのみ集計されます。</translation>
    </message>
    <message>
        <source>The newest {0} of {1} disagreements are listed.</source>
        <translation>不一致 {1} 個のうち最新の {0} 個を表示しています。</translation>
    </message>
    <message>
        <source>Escapes, on {0} truly NG parts:</source>
        <translation>見逃し(実際に NG の部品 {0} 個):</translation>
    </message>
    <message>
        <source>Overkill, on {0} truly OK parts:</source>
        <translation>過検出(実際に OK の部品 {0} 個):</translation>
    </message>
    <message>
        <source>the candidate is better (p = {0}).</source>
        <translation>候補の方が優れています (p = {0})。</translation>
    </message>
    <message>
        <source>the candidate is worse (p = {0}).</source>
        <translation>候補の方が劣っています (p = {0})。</translation>
    </message>
    <message>
        <source>no evidence of a difference (p = {0}).</source>
        <translation>差があるとは言えません (p = {0})。</translation>
    </message>
    <message>
        <source>Wrong: {0} of the line, {1} of the candidate; {2} by the line alone, {3} by the candidate alone.</source>
        <translation>誤り:ライン {0} 個、候補 {1} 個。ラインのみ {2} 個、候補のみ {3} 個。</translation>
    </message>
    <message>
        <source>Change: {0} % (95 %: {1} to {2} %).</source>
        <translation>変化:{0} % (95 %: {1}〜{2} %)。</translation>
    </message>
    <message>
        <source>On the line, version {0}: {1}, score {2}</source>
        <translation>ライン、バージョン {0}:{1}、スコア {2}</translation>
    </message>
    <message>
        <source>Candidate: {0}, score {1}</source>
        <translation>候補:{0}、スコア {1}</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>時刻</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>ライン</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>候補</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>レビュー</translation>
    </message>
    <message>
        <source>Parts on which the two differ</source>
        <translation>両者の判定が異なる部品</translation>
    </message>
    <message>
        <source>Parts by verdict: the line&apos;s downwards, the candidate&apos;s across</source>
        <translation>判定別の部品数:縦がライン、横が候補</translation>
    </message>
    <message>
        <source>The pictures of this part are no longer on disk.</source>
        <translation>この部品の画像はディスクに残っていません。</translation>
    </message>
</context>
<context>
    <name>LastPart</name>
    <message>
        <source>The pictures of this part are no longer on disk.</source>
        <translation>この部品の画像はディスクに残っていません。</translation>
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
        <source>Last part</source>
        <translation>直前の部品</translation>
    </message>
    <message>
        <source>The last inspected part appears here.</source>
        <translation>直前に検査した部品がここに表示されます。</translation>
    </message>
</context>
<context>
    <name>LineHeader</name>
    <message>
        <source>{0} is neither a lot ({1}) nor a serial ({2})</source>
        <translation>{0} はロット ({1}) でもシリアル番号 ({2}) でもありません</translation>
    </message>
    <message>
        <source>Stop (F5)</source>
        <translation>停止 (F5)</translation>
    </message>
    <message>
        <source>Start (F5)</source>
        <translation>起動 (F5)</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5).</source>
        <translation>ラインは停止中です:起動してください (F5)。</translation>
    </message>
    <message>
        <source>Judge the part under the lens</source>
        <translation>レンズの下の部品を判定します</translation>
    </message>
    <message>
        <source>End lot (F2)</source>
        <translation>ロット終了 (F2)</translation>
    </message>
    <message>
        <source>Start lot (F2)</source>
        <translation>ロット開始 (F2)</translation>
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
        <source>Se&amp;rial</source>
        <translation>シリアル番号(&amp;R)</translation>
    </message>
    <message>
        <source>Serial of the next part (F3), typed or scanned</source>
        <translation>次の部品のシリアル番号 (F3)、入力またはスキャン</translation>
    </message>
    <message>
        <source>Challenge (F10)</source>
        <translation>チャレンジ (F10)</translation>
    </message>
    <message>
        <source>Run the known parts that test the station</source>
        <translation>検査機を確認するための既知の部品を検査します</translation>
    </message>
    <message>
        <source>Sound on (F7)</source>
        <translation>音を出す (F7)</translation>
    </message>
    <message>
        <source>Mute (F7)</source>
        <translation>消音 (F7)</translation>
    </message>
    <message>
        <source>Inspect (Space)</source>
        <translation>検査 (スペース)</translation>
    </message>
</context>
<context>
    <name>LinePage</name>
    <message>
        <source>Part {0}</source>
        <translation>部品 {0}</translation>
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
        <source>Put aside</source>
        <translation>取り分け</translation>
    </message>
    <message>
        <source>RETEST twice: QA decides</source>
        <translation>RETEST 2回:品質保証が判断</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止中</translation>
    </message>
    <message>
        <source>{0} parts · yield {1}</source>
        <translation>{0} 個 · 良品率 {1}</translation>
    </message>
    <message>
        <source>Lot {0} ended</source>
        <translation>ロット {0} 終了</translation>
    </message>
    <message>
        <source>Challenge part {0}</source>
        <translation>チャレンジ部品 {0}</translation>
    </message>
    <message>
        <source>Part {0}, second look at part {1}</source>
        <translation>部品 {0}、部品 {1} の再検査</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>ライブ</translation>
    </message>
    <message>
        <source>No live picture: the line is stopped or the camera gives none.</source>
        <translation>ライブ画像なし:ラインが停止しているか、カメラから画像が届いていません。</translation>
    </message>
    <message>
        <source>The last twenty parts appear here.</source>
        <translation>直近20個の部品がここに表示されます。</translation>
    </message>
</context>
<context>
    <name>ModeDialog</name>
    <message>
        <source>Truly NG</source>
        <translation>実際は NG</translation>
    </message>
    <message>
        <source>Which defect do these {0} parts have? Press its number.</source>
        <translation>これら {0} 個の部品の不良は? 番号を押してください。</translation>
    </message>
    <message>
        <source>Which defect? Press its number.</source>
        <translation>どの不良ですか? 番号を押してください。</translation>
    </message>
    <message>
        <source>Defect mode</source>
        <translation>不良モード</translation>
    </message>
    <message>
        <source>a defect without a name</source>
        <translation>名前のない不良</translation>
    </message>
    <message>
        <source>&amp;Another:</source>
        <translation>その他(&amp;A):</translation>
    </message>
    <message>
        <source>its name, as the trainer shall learn it</source>
        <translation>学習に使う不良の名前</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>The line judges with version {0}</source>
        <translation>ラインはバージョン {0} で判定しています</translation>
    </message>
    <message>
        <source>{0}; version {1} is not on line yet</source>
        <translation>{0}。バージョン {1} はまだラインに反映されていません</translation>
    </message>
    <message>
        <source>Model {0}</source>
        <translation>モデル {0}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>バージョン</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>しきい値</translation>
    </message>
    <message>
        <source>Candidate on trial</source>
        <translation>候補の試行</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
</context>
<context>
    <name>PartDetail</name>
    <message>
        <source>Part {0}</source>
        <translation>部品 {0}</translation>
    </message>
    <message>
        <source>Vector of the worst region</source>
        <translation>最悪領域のベクトル</translation>
    </message>
    <message>
        <source>Reviews, newest first</source>
        <translation>レビュー(新しい順)</translation>
    </message>
    <message>
        <source>Nobody has reviewed this part.</source>
        <translation>この部品はまだレビューされていません。</translation>
    </message>
    <message>
        <source>This part cannot be shown: {0}</source>
        <translation>この部品を表示できません:{0}</translation>
    </message>
    <message>
        <source>Judged by recipe {0} revision {1}; this station has {2} revision {3}. Pictures as they were taken, without marks.</source>
        <translation>レシピ {0} 改訂 {1} で判定されました。この検査機は {2} 改訂 {3} です。画像は撮影時のまま、印なしです。</translation>
    </message>
    <message>
        <source>The part could not be aligned. Pictures as they were taken, without marks.</source>
        <translation>部品の位置合わせができませんでした。画像は撮影時のまま、印なしです。</translation>
    </message>
    <message>
        <source>Not every picture is on disk any more. Pictures as they were taken, without marks.</source>
        <translation>一部の画像がディスクに残っていません。画像は撮影時のまま、印なしです。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>No part is chosen.</source>
        <translation>部品が選択されていません。</translation>
    </message>
    <message>
        <source>The picture of this view is no longer on disk.</source>
        <translation>このビューの画像はディスクに残っていません。</translation>
    </message>
    <message>
        <source>No picture was taken.</source>
        <translation>画像は撮影されませんでした。</translation>
    </message>
    <message>
        <source>Picture: {0}</source>
        <translation>画像:{0}</translation>
    </message>
    <message>
        <source>score {0} · OK up to {1} · NG above {2}</source>
        <translation>スコア {0} · OK {1} 以下 · NG {2} 超</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>撮影日時</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>作業者</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>シリアル番号</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種別</translation>
    </message>
    <message>
        <source>challenge part</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>推定</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>{0} version {1} on {2}</source>
        <translation>{0} バージョン {1} ({2})</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>レシピ</translation>
    </message>
    <message>
        <source>{0} revision {1}</source>
        <translation>{0} 改訂 {1}</translation>
    </message>
    <message>
        <source>vector</source>
        <translation>ベクトル</translation>
    </message>
    <message>
        <source>score</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>処理時間</translation>
    </message>
    <message>
        <source>Retest of part {0}</source>
        <translation>部品 {0} の再検査</translation>
    </message>
    <message>
        <source>Shot again as part {0}</source>
        <translation>部品 {0} として再撮影</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>取り消し済み</translation>
    </message>
    <message>
        <source>Wheel or + and −: enlarge. Drag or arrow keys: move. Double click or 0: fit.</source>
        <translation>ホイールまたは + と −:拡大・縮小。ドラッグまたは矢印キー:移動。ダブルクリックまたは 0:全体表示。</translation>
    </message>
</context>
<context>
    <name>PartTable</name>
    <message>
        <source>challenge part</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>escape</source>
        <translation>見逃し</translation>
    </message>
    <message>
        <source>overkill</source>
        <translation>過検出</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>部品 {0}</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>撮影日時</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>レビュー</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>シリアル番号</translation>
    </message>
    <message>
        <source>Worst region</source>
        <translation>最悪領域</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>推定</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
</context>
<context>
    <name>PartsPage</name>
    <message>
        <source>{0} parts selected</source>
        <translation>{0} 個の部品を選択中</translation>
    </message>
    <message>
        <source>Part {0}, not in the list · Esc: back</source>
        <translation>部品 {0}(一覧外)· Esc:戻る</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>No part has been judged yet. Parts appear here as soon as the line has recorded them.</source>
        <translation>判定された部品はまだありません。ラインが記録すると、部品がここに表示されます。</translation>
    </message>
    <message>
        <source>No part fits this filter. “Clear” lists every part again.</source>
        <translation>このフィルターに合う部品はありません。「クリア」ですべての部品を再表示します。</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>部品</translation>
    </message>
</context>
<context>
    <name>PeriodPick</name>
    <message>
        <source>all</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(名前なし)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>To</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
</context>
<context>
    <name>PictureCard</name>
    <message>
        <source>Next view (Page Down)</source>
        <translation>次のビュー (Page Down)</translation>
    </message>
</context>
<context>
    <name>PictureSource</name>
    <message>
        <source>Live picture</source>
        <translation>ライブ画像</translation>
    </message>
    <message>
        <source>Reference picture</source>
        <translation>基準画像</translation>
    </message>
    <message>
        <source>Last recorded part</source>
        <translation>最後に記録した部品</translation>
    </message>
    <message>
        <source>Aligned picture (tried)</source>
        <translation>位置合わせした画像(試行)</translation>
    </message>
</context>
<context>
    <name>PinPad</name>
    <message>
        <source>Empty the field</source>
        <translation>入力欄を空にする</translation>
    </message>
    <message>
        <source>Take the last digit back</source>
        <translation>最後の1桁を消す</translation>
    </message>
</context>
<context>
    <name>RecipeEditor</name>
    <message>
        <source>The picture has {0} × {1} px, the recipe&apos;s view {2} × {3} px.</source>
        <translation>画像は {0} × {1} px、レシピのビューは {2} × {3} px です。</translation>
    </message>
    <message>
        <source>No such picture. Choose another one above, start the line, or open the camera alone.</source>
        <translation>その画像はありません。上で別の画像を選ぶか、ラインを起動するか、カメラだけを開いてください。</translation>
    </message>
    <message>
        <source>grid</source>
        <translation>グリッド</translation>
    </message>
    <message>
        <source>region</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>There is no live picture: start the line or open the camera alone.</source>
        <translation>ライブ画像がありません:ラインを起動するか、カメラだけを開いてください。</translation>
    </message>
    <message>
        <source>The live picture has another size than the recipe&apos;s view.</source>
        <translation>ライブ画像の大きさがレシピのビューと異なります。</translation>
    </message>
    <message>
        <source>Aligning…</source>
        <translation>位置合わせ中…</translation>
    </message>
    <message>
        <source>HOLD: {0}</source>
        <translation>HOLD: {0}</translation>
    </message>
    <message>
        <source>✓ Aligned: shifted by {0} and {1} px, turned by {2}°, likeness {3}. The picture shown is the aligned one.</source>
        <translation>✓ 位置合わせ完了:移動 {0}、{1} px、回転 {2}°、類似度 {3}。表示中の画像は位置合わせ後のものです。</translation>
    </message>
    <message>
        <source>No picture is shown that could be the reference.</source>
        <translation>基準にできる画像が表示されていません。</translation>
    </message>
    <message>
        <source>This picture becomes the reference of view {0} when you save.</source>
        <translation>保存すると、この画像がビュー {0} の基準になります。</translation>
    </message>
    <message>
        <source>Nothing has changed.</source>
        <translation>変更はありません。</translation>
    </message>
    <message>
        <source>Save as revision {0}</source>
        <translation>改訂 {0} として保存</translation>
    </message>
    <message>
        <source>Not saved yet. Comments in the file are lost by saving; revision {0} is kept in the folder history.</source>
        <translation>未保存です。保存するとファイル内のコメントは失われます。改訂 {0} は history フォルダーに残ります。</translation>
    </message>
    <message>
        <source>▲ Models taught on the old regions will be refused.</source>
        <translation>▲ 以前の領域でティーチングしたモデルは使用できなくなります。</translation>
    </message>
    <message>
        <source>Binning {1}: regions reach out to whole blocks of pixels.</source>
        <translation>ビニング {1}：領域は画素のブロック単位に広げられます。</translation>
    </message>
    <message>
        <source>✓ Saved as revision {0}.</source>
        <translation>✓ 改訂 {0} として保存しました。</translation>
    </message>
    <message>
        <source>The running line keeps revision {0} until it is started again (F5).</source>
        <translation>運転中のラインは、再起動 (F5) するまで改訂 {0} を使います。</translation>
    </message>
    <message>
        <source>It is in force from the next start on (F5).</source>
        <translation>次の起動 (F5) から有効になります。</translation>
    </message>
    <message>
        <source>▲ Models taught on the old regions will then be refused: teach a new one.</source>
        <translation>▲ その後、以前の領域でティーチングしたモデルは使用できなくなります:新しいモデルをティーチングしてください。</translation>
    </message>
    <message>
        <source>Revision {0} is in the file; the line runs revision {1} until it is started again (F5).</source>
        <translation>ファイルは改訂 {0} です。ラインは再起動 (F5) するまで改訂 {1} で運転します。</translation>
    </message>
    <message>
        <source>Revision {0}, {1} regions.</source>
        <translation>改訂 {0}、領域 {1} 個。</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>Drag to move; drag an edge or corner to resize. Arrows move by 1 px, with Shift by 10; Del deletes.</source>
        <translation>ドラッグで移動、辺や角のドラッグで大きさを変更。矢印キーで 1 px、Shift キーを押しながらで 10 px 移動。Del キーで削除。</translation>
    </message>
    <message>
        <source>+ Region</source>
        <translation>+ 領域</translation>
    </message>
    <message>
        <source>Drag a new region on the picture.</source>
        <translation>画像上をドラッグして新しい領域を作成します。</translation>
    </message>
    <message>
        <source>+ Grid</source>
        <translation>+ グリッド</translation>
    </message>
    <message>
        <source>Drag the area of a new grid on the picture.</source>
        <translation>画像上をドラッグして新しいグリッドの範囲を指定します。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Delete the chosen shape (Del)</source>
        <translation>選択した図形を削除 (Del)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直し</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>全体表示</translation>
    </message>
    <message>
        <source>The whole picture; the mouse wheel zooms, the middle button moves the picture.</source>
        <translation>全体画像。マウスホイールで拡大・縮小、中ボタンで移動します。</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>領域</translation>
    </message>
    <message>
        <source>Alignment</source>
        <translation>位置合わせ</translation>
    </message>
    <message>
        <source>Trigger</source>
        <translation>トリガー</translation>
    </message>
    <message>
        <source>Teach a new model…</source>
        <translation>新しいモデルをティーチング…</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>変更を破棄</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>レシピ</translation>
    </message>
</context>
<context>
    <name>ReportCard</name>
    <message>
        <source>This version&apos;s report has no pictures.</source>
        <translation>このバージョンのレポートには画像がありません。</translation>
    </message>
    <message>
        <source>This version has no report page.</source>
        <translation>このバージョンにはレポートページがありません。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>レポート</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>レポートを開く</translation>
    </message>
</context>
<context>
    <name>RetestBar</name>
    <message>
        <source>Another part (Esc)</source>
        <translation>別の部品 (Esc)</translation>
    </message>
    <message>
        <source>Present part {0} again: the next shot is its second look.</source>
        <translation>部品 {0} をもう一度置いてください。次の撮影が2回目の検査になります。</translation>
    </message>
</context>
<context>
    <name>ReviewBar</name>
    <message>
        <source>Good: an error of the station if it said otherwise</source>
        <translation>良品。判定が異なっていれば検査機の誤り</translation>
    </message>
    <message>
        <source>Defective; the defect is asked for</source>
        <translation>不良品。続けて不良を選択します</translation>
    </message>
    <message>
        <source>Looked at and undecided; left out of the training</source>
        <translation>確認したが判断できず。学習には使用しません</translation>
    </message>
    <message>
        <source>Words about the part</source>
        <translation>部品についてのコメント</translation>
    </message>
    <message>
        <source>Take back the review you made last</source>
        <translation>直前に行ったレビューを取り消す</translation>
    </message>
    <message>
        <source>No review was made since the window was opened</source>
        <translation>画面を開いてから行ったレビューはありません</translation>
    </message>
    <message>
        <source>Truly OK (O)</source>
        <translation>真のOK (O)</translation>
    </message>
    <message>
        <source>Truly NG… (N)</source>
        <translation>真のNG… (N)</translation>
    </message>
    <message>
        <source>Unsure (U)</source>
        <translation>不確か (U)</translation>
    </message>
    <message>
        <source>Comment… (C)</source>
        <translation>コメント… (C)</translation>
    </message>
    <message>
        <source>Take back (Ctrl+Z)</source>
        <translation>取り消し (Ctrl+Z)</translation>
    </message>
    <message>
        <source>Blind (B)</source>
        <translation>ブラインド (B)</translation>
    </message>
    <message>
        <source>Hide verdict, score, marks and the opinions of others while judging</source>
        <translation>レビュー中は判定、スコア、マーク、他者の意見を隠す</translation>
    </message>
    <message>
        <source>Revie&amp;wer</source>
        <translation>レビュー者(&amp;W)</translation>
    </message>
    <message>
        <source>your name</source>
        <translation>氏名</translation>
    </message>
</context>
<context>
    <name>Reviewing</name>
    <message>
        <source>A review carries the name of who made it: enter yours below, once.</source>
        <translation>レビューにはレビュー者の名前が記録されます:下に自分の名前を一度入力してください。</translation>
    </message>
    <message>
        <source>{0} parts are selected. Review all of them at once, the ones that you have not looked at too?</source>
        <translation>{0} 個の部品が選択されています。まだ見ていない部品も含めて、まとめてレビューしますか?</translation>
    </message>
    <message>
        <source>Review {0} parts</source>
        <translation>{0} 個の部品をレビュー</translation>
    </message>
    <message>
        <source>Choose a part in the table first</source>
        <translation>先に表で部品を選択してください</translation>
    </message>
    <message>
        <source>The part is being loaded: nobody has seen it yet</source>
        <translation>部品を読み込み中です:まだ誰も見ていません</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Live through the running line, which goes on judging.</source>
        <translation>運転中のラインのライブ画像です。判定は継続しています。</translation>
    </message>
    <message>
        <source>The line is finishing its parts…</source>
        <translation>ラインが残りの部品を処理中…</translation>
    </message>
    <message>
        <source>Camera alone: nothing is judged or recorded. The line stays stopped until it is started (F5).</source>
        <translation>カメラのみ使用中:判定も記録も行いません。ラインは開始 (F5) するまで停止のままです。</translation>
    </message>
    <message>
        <source>No picture: the line is stopped and the camera is closed.</source>
        <translation>画像なし:ラインは停止し、カメラは閉じています。</translation>
    </message>
    <message>
        <source>Camera: {0}</source>
        <translation>カメラ:{0}</translation>
    </message>
    <message>
        <source>Stop the line, open the camera alone</source>
        <translation>ラインを停止し、カメラのみ開く</translation>
    </message>
    <message>
        <source>Close the camera</source>
        <translation>カメラを閉じる</translation>
    </message>
    <message>
        <source>Open the camera</source>
        <translation>カメラを開く</translation>
    </message>
    <message>
        <source>The line is starting or stopping; wait a moment.</source>
        <translation>ラインの起動または停止処理中です。しばらくお待ちください。</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>セットアップ</translation>
    </message>
</context>
<context>
    <name>ShapePanel</name>
    <message>
        <source>{0}  (grid {1} × {2})</source>
        <translation>{0}  (格子 {1} × {2})</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>幅</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高さ</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列数</translation>
    </message>
    <message>
        <source>Cell width</source>
        <translation>セル幅</translation>
    </message>
    <message>
        <source>Cell height</source>
        <translation>セル高さ</translation>
    </message>
    <message>
        <source>Pitch →</source>
        <translation>ピッチ →</translation>
    </message>
    <message>
        <source>Pitch ↓</source>
        <translation>ピッチ ↓</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>氏名を選んでください</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>キャンセル (Esc)</translation>
    </message>
    <message>
        <source>Name: choose or type</source>
        <translation>氏名:選択または入力</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>氏名一覧</translation>
    </message>
    <message>
        <source>PIN or password</source>
        <translation>PIN またはパスワード</translation>
    </message>
    <message>
        <source>This is for engineers.</source>
        <translation>技術者専用です。</translation>
    </message>
    <message>
        <source>This is for QA and engineers.</source>
        <translation>品質保証および技術者専用です。</translation>
    </message>
    <message>
        <source>The records name who did what.</source>
        <translation>誰が何をしたかが記録に残ります。</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>確認中…</translation>
    </message>
    <message>
        <source>Name and PIN or password do not belong together. Try again.</source>
        <translation>氏名とPINまたはパスワードが一致しません。もう一度入力してください。</translation>
    </message>
    <message>
        <source>{0} has the role {1}, and this needs the role {2}.</source>
        <translation>{0} の権限は{1}です。この操作には{2}の権限が必要です。</translation>
    </message>
    <message>
        <source>Too many wrong tries. Wait {0} s.</source>
        <translation>入力の誤りが続きました。{0} 秒お待ちください。</translation>
    </message>
    <message>
        <source>The last try is being looked at, or its pause is not over</source>
        <translation>前回の入力を確認中か、待ち時間が終わっていません</translation>
    </message>
</context>
<context>
    <name>SimilarStrip</name>
    <message>
        <source>Most similar parts</source>
        <translation>最も類似した部品</translation>
    </message>
    <message>
        <source>of {0} parts of this model version</source>
        <translation>このバージョンのモデルの部品 {0} 個中</translation>
    </message>
    <message>
        <source>Choose a part to see the past parts that look most like it.</source>
        <translation>部品を選択すると、よく似た過去の部品を表示します。</translation>
    </message>
    <message>
        <source>Similar parts cannot be shown: {0}</source>
        <translation>類似部品を表示できません:{0}</translation>
    </message>
    <message>
        <source>Preparing the comparison, once a model version: {0} %</source>
        <translation>比較の準備中 (モデルのバージョンごとに1回):{0} %</translation>
    </message>
    <message>
        <source>Looking for similar parts…</source>
        <translation>類似部品を検索中…</translation>
    </message>
    <message>
        <source>No embedding: the part was on HOLD, so there is nothing to compare.</source>
        <translation>特徴ベクトルなし:部品が HOLD (保留) のため、比較できません。</translation>
    </message>
    <message>
        <source>No embedding was recorded with this part, so there is nothing to compare.</source>
        <translation>この部品には特徴ベクトルが記録されていないため、比較できません。</translation>
    </message>
    <message>
        <source>First part of this model version: there is nothing to compare it with yet.</source>
        <translation>このバージョンのモデルで最初の部品です。比較対象がまだありません。</translation>
    </message>
</context>
<context>
    <name>SimilarTile</name>
    <message>
        <source>distance {0}</source>
        <translation>距離 {0}</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>未レビュー</translation>
    </message>
    <message>
        <source>no review</source>
        <translation>レビューなし</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>画像なし</translation>
    </message>
    <message>
        <source>Part {0} · lot {1} · serial {2}</source>
        <translation>部品 {0} · ロット {1} · シリアル番号 {2}</translation>
    </message>
</context>
<context>
    <name>StationPage</name>
    <message>
        <source>Station</source>
        <translation>検査機</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>処理時間</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>ドリフト</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>アカウント</translation>
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
        <source>Sign out</source>
        <translation>サインアウト</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>Say who you are</source>
        <translation>サインインして作業者を特定します</translation>
    </message>
    <message>
        <source>asks for: {0}</source>
        <translation>必要な権限:{0}</translation>
    </message>
    <message>
        <source>▲ Held by an alarm</source>
        <translation>▲ アラームで停止中</translation>
    </message>
    <message>
        <source>OK up to {0} · NG above {1}</source>
        <translation>OK {0} 以下 · NG {1} 超</translation>
    </message>
    <message>
        <source>{0} not delivered</source>
        <translation>未送信 {0} 件</translation>
    </message>
    <message>
        <source>all delivered</source>
        <translation>すべて送信済み</translation>
    </message>
    <message>
        <source>Inspection station {0}</source>
        <translation>検査機 {0}</translation>
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
    <name>TeachOutcome</name>
    <message>
        <source>▲ far from all others: is it good?</source>
        <translation>▲ 他のすべてから離れています:良品ですか?</translation>
    </message>
    <message>
        <source>above the OK limit</source>
        <translation>OK上限を超過</translation>
    </message>
    <message>
        <source>not used: {0}</source>
        <translation>不使用:{0}</translation>
    </message>
    <message>
        <source>{0} · score {1} · red from half of the OK limit on</source>
        <translation>{0} · スコア {1} · OK上限の半分以上を赤で表示</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>備考</translation>
    </message>
    <message>
        <source>Teach again without the chosen part</source>
        <translation>選択した部品を除いて再ティーチング</translation>
    </message>
    <message>
        <source>The chosen part appears here, with what deviates in red.</source>
        <translation>選択した部品をここに表示し、差異のある箇所を赤で示します。</translation>
    </message>
    <message>
        <source>{0} good parts taught in {1} s. Each was left out once and scored by others: OK up to {2}, NG above {3}; {4} of {0} lie above OK.</source>
        <translation>良品 {0} 個を {1} 秒でティーチングしました。各部品を1回ずつ除外し、残りの部品でスコアを算出:OK {2} 以下、NG {3} 超。{0} 個中 {4} 個がOK上限を超えています。</translation>
    </message>
    <message>
        <source>▲ {0} parts are too few to claim a rate: they set scale and thresholds at once, so more good parts than asked for may miss OK. They come from few days; another day&apos;s light may look like a fault.</source>
        <translation>▲ {0} 個では率を主張できません。同じ部品で尺度としきい値の両方を決めているため、指定より多くの良品が OK から外れることがあります。数日分の部品なので、別の日の光が不良に見えることもあります。</translation>
    </message>
    <message>
        <source>▲ {0} parts lie far from all others: look whether they are good.</source>
        <translation>▲ {0} 個が他のすべてから離れています:良品かどうか確認してください。</translation>
    </message>
    <message>
        <source>▲ {0} parts could not be used; the table says why.</source>
        <translation>▲ {0} 個を使用できませんでした。理由は表を参照してください。</translation>
    </message>
</context>
<context>
    <name>TeachParts</name>
    <message>
        <source>At least {0} good parts are needed.</source>
        <translation>良品が {0} 個以上必要です。</translation>
    </message>
    <message>
        <source>The pictures are being read.</source>
        <translation>画像を読み込み中です。</translation>
    </message>
    <message>
        <source>part {0}</source>
        <translation>部品 {0}</translation>
    </message>
    <message>
        <source>Exactly the same picture as {0}: it was not taken again.</source>
        <translation>{0} と完全に同じ画像です:追加しませんでした。</translation>
    </message>
    <message>
        <source>{0} reviewed parts have no pictures on disk any more.</source>
        <translation>レビュー済み部品 {0} 個の画像はディスクに残っていません。</translation>
    </message>
    <message>
        <source>First open the camera alone (above): parts are not taken from a line that judges.</source>
        <translation>先に (上の) カメラのみを開いてください:判定中のラインからは部品を撮影できません。</translation>
    </message>
    <message>
        <source>{0} parts are as many as can be held.</source>
        <translation>登録できる部品は {0} 個までです。</translation>
    </message>
    <message>
        <source>{0} of {1} good parts</source>
        <translation>良品 {0} / {1} 個</translation>
    </message>
    <message>
        <source>▲ Open the camera alone first (above): parts to teach with must not be judged or recorded as production.</source>
        <translation>▲ 先に (上の) カメラのみを開いてください:ティーチング用の部品を生産品として判定・記録してはなりません。</translation>
    </message>
    <message>
        <source>Reading the pictures of reviewed parts…</source>
        <translation>レビュー済み部品の画像を読み込み中…</translation>
    </message>
    <message>
        <source>Look at the pictures once more: a faulty part among them teaches that its fault is good.</source>
        <translation>画像をもう一度確認してください:不良品が混ざると、その不良を良品として学習します。</translation>
    </message>
    <message>
        <source>Lay a good part under the lens and press Take (space). Each part once, lying as in production.</source>
        <translation>良品をレンズの下に置き、「撮影」(スペース) を押してください。各部品1回ずつ、生産時と同じ置き方にします。</translation>
    </message>
    <message>
        <source>▲ {0} parts of this recipe are reviewed as OK and have pictures; {1} were asked for.</source>
        <translation>▲ このレシピでOKとレビューされ画像が残っている部品は {0} 個です (要求数 {1} 個)。</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>ライブ</translation>
    </message>
    <message>
        <source>No live picture. Open the camera alone (above): the line is stopped for it, nothing is judged.</source>
        <translation>ライブ画像なし。(上の) カメラのみを開いてください:ラインは停止し、判定は行いません。</translation>
    </message>
    <message>
        <source>Take (Space)</source>
        <translation>撮影 (スペース)</translation>
    </message>
    <message>
        <source>The parts appear here. Look at each: whatever is taught counts as good.</source>
        <translation>部品がここに表示されます。1個ずつ確認してください:ティーチングしたものはすべて良品とみなされます。</translation>
    </message>
    <message>
        <source>Remove the chosen (Del)</source>
        <translation>選択したものを削除 (Del)</translation>
    </message>
</context>
<context>
    <name>TeachWizard</name>
    <message>
        <source>Making the reference picture…</source>
        <translation>基準画像を作成中…</translation>
    </message>
    <message>
        <source>Computing the parts&apos; numbers…</source>
        <translation>部品の特徴量を計算中…</translation>
    </message>
    <message>
        <source>Teaching, leaving each part out once…</source>
        <translation>ティーチング中 (各部品を1回ずつ除外)…</translation>
    </message>
    <message>
        <source>Published: model {0} version {1}.</source>
        <translation>公開しました:モデル {0} バージョン {1}。</translation>
    </message>
    <message>
        <source>It could not be activated: {0}</source>
        <translation>有効化できませんでした:{0}</translation>
    </message>
    <message>
        <source>It judges nothing until it is activated.</source>
        <translation>有効化するまで判定には使用されません。</translation>
    </message>
    <message>
        <source>It is active and judges from the next part on.</source>
        <translation>有効になりました。次の部品から判定します。</translation>
    </message>
    <message>
        <source>It is active and judges as soon as the line is started (F5), by recipe revision {0}.</source>
        <translation>有効になりました。ラインの開始 (F5) 後、レシピ改訂 {0} で判定します。</translation>
    </message>
    <message>
        <source>The recipe has other views now: close the program and start it again.</source>
        <translation>レシピのビュー構成が変わりました:プログラムを終了し、再起動してください。</translation>
    </message>
    <message>
        <source>1 What</source>
        <translation>1 対象</translation>
    </message>
    <message>
        <source>2 Good parts</source>
        <translation>2 良品</translation>
    </message>
    <message>
        <source>3 Teach and publish</source>
        <translation>3 ティーチングと公開</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次へ</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>ティーチング</translation>
    </message>
    <message>
        <source>Teach another</source>
        <translation>別のティーチング</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>公開</translation>
    </message>
    <message>
        <source>Model {0}, from recipe {1} revision {2}: {3} regions in {4} views</source>
        <translation>モデル {0}、レシピ {1} 改訂 {2}:領域 {3}、ビュー {4}</translation>
    </message>
    <message>
        <source>This recipe does not align its pictures, so it needs no reference picture.</source>
        <translation>このレシピは位置合わせを行わないため、基準画像は不要です。</translation>
    </message>
    <message>
        <source>The recipe has no usable reference picture: one is made of these parts, and saved as the recipe&apos;s next revision.</source>
        <translation>レシピに使用できる基準画像がありません:これらの部品から作成し、レシピの次の改訂として保存します。</translation>
    </message>
    <message>
        <source>▲ A new reference picture is a new revision of the recipe: models taught before are refused from the next start on.</source>
        <translation>▲ 新しい基準画像はレシピの新しい改訂になります:以前にティーチングしたモデルは次回起動から使用できません。</translation>
    </message>
    <message>
        <source>The recipe&apos;s reference picture stays, and the versions taught before can be activated again.</source>
        <translation>レシピの基準画像は変わりません。以前にティーチングしたバージョンも再び有効化できます。</translation>
    </message>
    <message>
        <source>Writing, testing and publishing…</source>
        <translation>書き込み、テスト、公開中…</translation>
    </message>
    <message>
        <source>Teaching is under way.</source>
        <translation>ティーチング中です。</translation>
    </message>
    <message>
        <source>Publishing is under way.</source>
        <translation>公開処理中です。</translation>
    </message>
    <message>
        <source>What is taught</source>
        <translation>ティーチングの対象</translation>
    </message>
    <message>
        <source>How it goes</source>
        <translation>手順</translation>
    </message>
    <message>
        <source>1. Gather about twenty good parts, from as many days and lots as you can. No faulty part is needed.</source>
        <translation>1. できるだけ多くの日・ロットから良品を約20個集めます。不良品は不要です。</translation>
    </message>
    <message>
        <source>2. Lay them under the lens one after another. The line is stopped for it: nothing is judged or recorded.</source>
        <translation>2. 1個ずつレンズの下に置きます。その間ラインは停止し、判定も記録も行いません。</translation>
    </message>
    <message>
        <source>3. Teaching takes seconds. Each part is left out once and scored by the others, which sets both thresholds.</source>
        <translation>3. ティーチングは数秒で終わります。各部品を1回ずつ除外して残りでスコアを算出し、2つのしきい値を決めます。</translation>
    </message>
    <message>
        <source>4. Look at what was far from the others, publish the version, and let it judge when you are content.</source>
        <translation>4. 他から離れた部品を確認し、バージョンを公開します。問題がなければ判定に使用します。</translation>
    </message>
    <message>
        <source>Such a model knows what good parts look like, not what faults look like. The trainer makes a better one later.</source>
        <translation>このモデルは良品の外観は分かりますが、不良の外観は分かりません。後でトレーナーを使うと、より良いモデルを作成できます。</translation>
    </message>
    <message>
        <source>Good &amp;parts</source>
        <translation>良品(&amp;P)</translation>
    </message>
    <message>
        <source>They are</source>
        <translation>取得方法</translation>
    </message>
    <message>
        <source>&amp;Overkill allowed</source>
        <translation>許容過検出(&amp;O)</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>基準画像</translation>
    </message>
    <message>
        <source>taken now</source>
        <translation>今撮影したもの</translation>
    </message>
    <message>
        <source>the last recorded ones reviewed as OK</source>
        <translation>OK とレビューされた最新の記録</translation>
    </message>
    <message>
        <source>Share of good parts that may miss the OK limit; from few parts it is only an estimate.</source>
        <translation>OK上限を超えてもよい良品の割合。部品数が少ない場合は推定値にすぎません。</translation>
    </message>
    <message>
        <source>make a new reference picture of these parts</source>
        <translation>これらの部品から新しい基準画像を作成</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>戻る</translation>
    </message>
    <message>
        <source>and judge with it (activate)</source>
        <translation>このバージョンで判定する (有効化)</translation>
    </message>
</context>
<context>
    <name>ThresholdCounts</name>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} (95 %: {1})</source>
        <translation>{0} (95 %:{1})</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>needs reviewed parts of both kinds</source>
        <translation>OKとNGの両方のレビュー済み部品が必要</translation>
    </message>
    <message>
        <source>{0} at the ends of both intervals</source>
        <translation>両区間の端では {0}</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>真のNG</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>真のOK</translation>
    </message>
    <message>
        <source>None of {0} {1} parts is judged wrongly: that shows only that at most {2} are (95 %).</source>
        <translation>「{1}」の部品 {0} 個に誤判定はありません:ここから言えるのは、誤判定が最大 {2} ということだけです (95 %)。</translation>
    </message>
    <message>
        <source>Only {0} {1} parts were reviewed: too few to rest a threshold on.</source>
        <translation>レビュー済みの「{1}」の部品は {0} 個だけです:しきい値を決めるには不足です。</translation>
    </message>
    <message>
        <source>No {0} part was reviewed.</source>
        <translation>レビュー済みの「{0}」の部品がありません。</translation>
    </message>
    <message>
        <source>▲ People chose {0} of these {1} parts, {2} were drawn at random: the rates are of these parts, not of the line.</source>
        <translation>▲ {1} 個のうち {0} 個は人が選び、{2} 個が無作為抽出です:率はこれらの部品の値であり、ライン全体の値ではありません。</translation>
    </message>
    <message>
        <source>Left out: {0} that nobody is sure of, {1} without a score (held, or neither picture nor usable vector is left).</source>
        <translation>除外:不確か {0} 個、スコアなし {1} 個 (HOLD (保留)、または画像も使用できるベクトルも残っていない)。</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>見逃し</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>過検出</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>再検査</translation>
    </message>
    <message>
        <source>Cost of 1000 parts</source>
        <translation>1000個あたりのコスト</translation>
    </message>
    <message>
        <source>Cost of an escape</source>
        <translation>見逃し1件のコスト</translation>
    </message>
    <message>
        <source>Cost of an overkill</source>
        <translation>過検出1件のコスト</translation>
    </message>
    <message>
        <source>Defective parts on the line</source>
        <translation>ラインの不良品率</translation>
    </message>
</context>
<context>
    <name>ThresholdWorkbench</name>
    <message>
        <source>{0} (active)</source>
        <translation>{0} (有効)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Read reviews</source>
        <translation>レビューを読み込む</translation>
    </message>
    <message>
        <source>No version of this model can judge here.</source>
        <translation>このモデルには、ここで判定できるバージョンがありません。</translation>
    </message>
    <message>
        <source>Reading reviewed parts …</source>
        <translation>レビュー済み部品を読み込み中 …</translation>
    </message>
    <message>
        <source>Press “Read reviews” to see the reviewed parts of this period.</source>
        <translation>「レビューを読み込む」を押すと、この期間のレビュー済み部品を表示します。</translation>
    </message>
    <message>
        <source>No reviewed part of this period has a score. Review some parts, or choose a longer period.</source>
        <translation>この期間のレビュー済み部品にスコアがありません。部品をレビューするか、期間を長くしてください。</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>真のNG</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>真のOK</translation>
    </message>
    <message>
        <source>Read reviewed parts first.</source>
        <translation>先にレビュー済み部品を読み込んでください。</translation>
    </message>
    <message>
        <source>No truly OK part was reviewed in this period; thresholds need at least one.</source>
        <translation>この期間に真のOKとレビューされた部品がありません。しきい値には1個以上必要です。</translation>
    </message>
    <message>
        <source>These are the thresholds of this version.</source>
        <translation>このバージョンの現在のしきい値です。</translation>
    </message>
    <message>
        <source>Being saved …</source>
        <translation>保存中 …</translation>
    </message>
    <message>
        <source>A new version with OK up to {0} and NG above {1} will be published, made from version {2}, which stays as it is. Nothing is activated.</source>
        <translation>バージョン {2} を元に、OK {0} 以下、NG {1} 超の新しいバージョンを公開します。バージョン {2} はそのまま残ります。有効化は行いません。</translation>
    </message>
    <message>
        <source>Save as new version</source>
        <translation>新しいバージョンとして保存</translation>
    </message>
    <message>
        <source>Saved as version {0}; it is not active yet.</source>
        <translation>バージョン {0} として保存しました。まだ有効ではありません。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>バージョン</translation>
    </message>
    <message>
        <source>Drag the lines, or press ← → for OK and Shift + ← → for NG.</source>
        <translation>線をドラッグするか、← → でOK、Shift + ← → でNGを調整します。</translation>
    </message>
    <message>
        <source>OK at most</source>
        <translation>OK (以下)</translation>
    </message>
    <message>
        <source>NG above</source>
        <translation>NG (超)</translation>
    </message>
    <message>
        <source>Why (written into the new version)</source>
        <translation>理由 (新しいバージョンに記録)</translation>
    </message>
</context>
<context>
    <name>TimesTab</name>
    <message>
        <source>the line is stopped</source>
        <translation>ラインは停止中です</translation>
    </message>
    <message>
        <source>{0} (at most {1})</source>
        <translation>{0} (最大 {1})</translation>
    </message>
    <message>
        <source>{0} version {1}</source>
        <translation>{0} バージョン {1}</translation>
    </message>
    <message>
        <source>{0} % of {1} cores</source>
        <translation>{1} コアの {0} %</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 時間 {1} 分</translation>
    </message>
    <message>
        <source>Trigger → camera</source>
        <translation>トリガー → カメラ</translation>
    </message>
    <message>
        <source>Picture taken</source>
        <translation>撮影</translation>
    </message>
    <message>
        <source>Picture checked</source>
        <translation>画像の確認</translation>
    </message>
    <message>
        <source>· aligned, all views</source>
        <translation>・位置合わせ (全視点の合計)</translation>
    </message>
    <message>
        <source>· regions averaged, all views</source>
        <translation>・領域の平均化 (全視点の合計)</translation>
    </message>
    <message>
        <source>· NSOARTC vectors</source>
        <translation>・NSOARTC ベクトル</translation>
    </message>
    <message>
        <source>Aligned, vectors computed</source>
        <translation>位置合わせ、ベクトル計算</translation>
    </message>
    <message>
        <source>Scored</source>
        <translation>スコア算出</translation>
    </message>
    <message>
        <source>Judging, as a whole</source>
        <translation>判定 (全体)</translation>
    </message>
    <message>
        <source>Pictures written, meanwhile</source>
        <translation>画像の書き込み (判定と並行)</translation>
    </message>
    <message>
        <source>Code read from the picture</source>
        <translation>画像からのコード読取</translation>
    </message>
    <message>
        <source>· waited for the pictures</source>
        <translation>・画像の書き込み待ち</translation>
    </message>
    <message>
        <source>· rows committed</source>
        <translation>・記録の確定</translation>
    </message>
    <message>
        <source>Recorded on disk</source>
        <translation>ディスクへの記録</translation>
    </message>
    <message>
        <source>Trigger → recorded, as a whole</source>
        <translation>トリガー → 記録 (全体)</translation>
    </message>
    <message>
        <source>Record → window</source>
        <translation>記録 → 画面</translation>
    </message>
    <message>
        <source>Trigger → window, as a whole</source>
        <translation>トリガー → 画面 (全体)</translation>
    </message>
    <message>
        <source>Times of the last {0} parts [ms]</source>
        <translation>直近 {0} 個の処理時間 [ms]</translation>
    </message>
    <message>
        <source>Half of the parts took no longer than p50, 95 of 100 no longer than p95. Counted since the program was started.</source>
        <translation>部品の半数は p50 以内、100個中95個は p95 以内で処理されました。プログラム起動時からの集計です。</translation>
    </message>
    <message>
        <source>No part has been judged since the program was started.</source>
        <translation>プログラム起動後に判定した部品はありません。</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>worst</source>
        <translation>最悪値</translation>
    </message>
    <message>
        <source>parts</source>
        <translation>部品数</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>Parts waiting for a verdict</source>
        <translation>判定待ちの部品</translation>
    </message>
    <message>
        <source>Verdicts waiting for the disk</source>
        <translation>ディスク書込み待ちの判定</translation>
    </message>
    <message>
        <source>Triggers refused in this run</source>
        <translation>今回の運転で拒否したトリガー</translation>
    </message>
    <message>
        <source>Memory of this program</source>
        <translation>プログラムのメモリ使用量</translation>
    </message>
    <message>
        <source>Processor use</source>
        <translation>プロセッサ使用率</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>スレッド数</translation>
    </message>
    <message>
        <source>Free on the records&apos; disk</source>
        <translation>記録用ディスクの空き容量</translation>
    </message>
    <message>
        <source>Model runs on</source>
        <translation>モデルの実行先</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Program runs for</source>
        <translation>プログラムの稼働時間</translation>
    </message>
</context>
<context>
    <name>TrialView</name>
    <message>
        <source>{0} (active)</source>
        <translation>{0} (有効)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Judge again</source>
        <translation>再判定</translation>
    </message>
    <message>
        <source>No version of this model can judge here.</source>
        <translation>このモデルには、ここで判定できるバージョンがありません。</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>しばらくお待ちください …</translation>
    </message>
    <message>
        <source>This version judges itself; choose another one.</source>
        <translation>このバージョンは現在の判定に使用中です。別のバージョンを選択してください。</translation>
    </message>
    <message>
        <source>Stop version {0} beside the line</source>
        <translation>バージョン {0} のライン並行判定を停止</translation>
    </message>
    <message>
        <source>Start version {0} beside the line</source>
        <translation>バージョン {0} のライン並行判定を開始</translation>
    </message>
    <message>
        <source>The candidate sees every part after its verdict was shown, and changes nothing.</source>
        <translation>候補は、各部品の判定が表示された後にその部品を判定します。結果には影響しません。</translation>
    </message>
    <message>
        <source>● Version {0} looks on: {1} parts, {2} with another verdict</source>
        <translation>● バージョン {0} がシャドー判定中:部品 {1} 個、判定の相違 {2} 個</translation>
    </message>
    <message>
        <source>{0} skipped: it is slower than the line</source>
        <translation>{0} 個を省略:ラインの速度に追いつきません</translation>
    </message>
    <message>
        <source>{0} judged by itself</source>
        <translation>{0} 個は候補自身が判定</translation>
    </message>
    <message>
        <source>▲ {0} failed: {1}</source>
        <translation>▲ {0} 個が失敗:{1}</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>読み込み中 …</translation>
    </message>
    <message>
        <source>Recorded parts are being judged again …</source>
        <translation>記録済み部品を再判定中 …</translation>
    </message>
    <message>
        <source>Choose a candidate and parts, and press “Judge again”.</source>
        <translation>候補と部品を選び、「再判定」を押してください。</translation>
    </message>
    <message>
        <source>judged again from pictures: {0}, from stored vectors: {1}</source>
        <translation>画像から再判定:{0}、保存済みベクトルから:{1}</translation>
    </message>
    <message>
        <source>▲ {0} parts could not be judged again: neither pictures nor usable vectors are left.</source>
        <translation>▲ {0} 個は再判定できませんでした:画像も使用できるベクトルも残っていません。</translation>
    </message>
    <message>
        <source>▲ {0} older parts of this period were not looked at.</source>
        <translation>▲ この期間のより古い部品 {0} 個は対象外です。</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>候補</translation>
    </message>
    <message>
        <source>Recorded parts</source>
        <translation>記録済み部品</translation>
    </message>
    <message>
        <source>Beside the running line</source>
        <translation>運転中のラインと並行</translation>
    </message>
    <message>
        <source>Newest parts</source>
        <translation>最新の部品数</translation>
    </message>
    <message>
        <source>reviewed ones only</source>
        <translation>レビュー済みのみ</translation>
    </message>
</context>
<context>
    <name>TriggerPanel</name>
    <message>
        <source>A part is judged when the button or the space bar is pressed.</source>
        <translation>ボタンまたはスペースキーを押すと部品を判定します。</translation>
    </message>
    <message>
        <source>A part is judged every so many milliseconds; 0 is as fast as it goes.</source>
        <translation>指定したミリ秒ごとに部品を判定します。0 は最高速度です。</translation>
    </message>
    <message>
        <source>A part is judged when it appears and stands still. Start the line with an empty view: it learns what that is.</source>
        <translation>部品が現れて静止すると判定します。ビューに部品がない状態でラインを開始してください:その状態を学習します。</translation>
    </message>
    <message>
        <source>A part is judged</source>
        <translation>判定のタイミング</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>間隔</translation>
    </message>
    <message>
        <source>Part is there from</source>
        <translation>部品ありの下限</translation>
    </message>
    <message>
        <source>Still below</source>
        <translation>静止の上限</translation>
    </message>
    <message>
        <source>Still frames</source>
        <translation>静止フレーム数</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>手動</translation>
    </message>
    <message>
        <source>by the clock</source>
        <translation>一定間隔</translation>
    </message>
    <message>
        <source>when it appears</source>
        <translation>部品の出現時</translation>
    </message>
    <message>
        <source>Mean change of grey level from the empty view.</source>
        <translation>部品がない状態からの濃淡値の平均変化。</translation>
    </message>
    <message>
        <source>Mean change of grey level between two frames.</source>
        <translation>2フレーム間の濃淡値の平均変化。</translation>
    </message>
</context>
<context>
    <name>VectorMaps</name>
    <message>
        <source>No vector: the part was on HOLD.</source>
        <translation>ベクトルなし:部品が HOLD (保留) です。</translation>
    </message>
    <message>
        <source>ln β: sensitivity, η: SN ratio, γ: how local the difference is. A band is a kernel, in it the region&apos;s 6 × 13 windows.</source>
        <translation>ln β:感度、η:SN比、γ:差異の局所性。1本の帯が1つのカーネルで、その中に領域の 6 × 13 個のウィンドウが並びます。</translation>
    </message>
</context>
<context>
    <name>VersionView</name>
    <message>
        <source>● active</source>
        <translation>● 有効</translation>
    </message>
    <message>
        <source>… from the next lot on</source>
        <translation>… 次のロットから</translation>
    </message>
    <message>
        <source>■ refused</source>
        <translation>■ 拒否</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>バージョン {0}</translation>
    </message>
    <message>
        <source>No version of model {0} has been published</source>
        <translation>モデル {0} の公開されたバージョンはありません</translation>
    </message>
    <message>
        <source>Version {0} · active</source>
        <translation>バージョン {0} · 有効</translation>
    </message>
    <message>
        <source>This version cannot judge here: {0}</source>
        <translation>このバージョンはここでは判定できません:{0}</translation>
    </message>
    <message>
        <source>{0} good, {1} defective parts of {2}</source>
        <translation>{2} の良品 {0} 個、不良品 {1} 個</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(名前なし)</translation>
    </message>
    <message>
        <source>other sessions</source>
        <translation>別のセッション</translation>
    </message>
    <message>
        <source>left-out folds</source>
        <translation>除外したグループ</translation>
    </message>
    <message>
        <source>reviewed parts</source>
        <translation>レビュー済み部品</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種別</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>作成日時</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>しきい値</translation>
    </message>
    <message>
        <source>OK up to {0} · NG above {1}</source>
        <translation>OK {0} 以下 · NG {1} 超</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>校正に使用</translation>
    </message>
    <message>
        <source>Chosen for</source>
        <translation>選定目標</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>作成元</translation>
    </message>
    <message>
        <source>version {0}, with other thresholds</source>
        <translation>バージョン {0} (しきい値を変更)</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>メモ</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>署名</translation>
    </message>
    <message>
        <source>On parts that chose nothing of this model:</source>
        <translation>このモデルの選定に使用していない部品での結果:</translation>
    </message>
    <message>
        <source>On the very parts that the thresholds were chosen on (no test):</source>
        <translation>しきい値の選定に使用した部品そのものでの結果 (テストではありません):</translation>
    </message>
    <message>
        <source>No figures: no part was kept apart to test this version on.</source>
        <translation>数値なし:このバージョンのテスト用に取り分けた部品がありません。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} (95 %)</source>
        <translation>{0} (95 %)</translation>
    </message>
    <message>
        <source>not signed; this station asks for no signature</source>
        <translation>署名なし。この検査機は署名を必要としません</translation>
    </message>
    <message>
        <source>none that fits</source>
        <translation>一致する署名なし</translation>
    </message>
    <message>
        <source>signed by {0}; this station asks for no signature</source>
        <translation>署名者 {0}。この検査機は署名を必要としません</translation>
    </message>
    <message>
        <source>trusted</source>
        <translation>信頼済み</translation>
    </message>
    <message>
        <source>not trusted here</source>
        <translation>この検査機では信頼されていません</translation>
    </message>
    <message>
        <source>signed by {0}: {1}</source>
        <translation>署名者 {0}:{1}</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>見逃し</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>過検出</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>再検査</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>There is no version yet.</source>
        <translation>バージョンはまだありません。</translation>
    </message>
    <message>
        <source>This version cannot judge here.</source>
        <translation>このバージョンはここでは判定できません。</translation>
    </message>
    <message>
        <source>This version is active already.</source>
        <translation>このバージョンはすでに有効です。</translation>
    </message>
    <message>
        <source>This version waits for the next lot already.</source>
        <translation>このバージョンはすでに次のロット待ちです。</translation>
    </message>
    <message>
        <source>No earlier version was active on this station.</source>
        <translation>この検査機で以前に有効だったバージョンはありません。</translation>
    </message>
    <message>
        <source>Roll back to version {0}</source>
        <translation>バージョン {0} に戻す</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Version {0} will judge from the next lot on, after lot {1}.</source>
        <translation>バージョン {0} は、ロット {1} の次のロットから判定します。</translation>
    </message>
    <message>
        <source>Asked for by {0}.</source>
        <translation>依頼者:{0}。</translation>
    </message>
    <message>
        <source>Version {0} will judge from the next part on, instead of version {1}. It is tested on this machine before.</source>
        <translation>次の部品から、バージョン {1} に代わってバージョン {0} が判定します。事前にこの装置でテストします。</translation>
    </message>
    <message>
        <source>Version {0} is active.</source>
        <translation>バージョン {0} が有効になりました。</translation>
    </message>
    <message>
        <source>Activate version {0}</source>
        <translation>バージョン {0} を有効化</translation>
    </message>
    <message>
        <source>Version {0} will judge as soon as a lot other than {1} is entered; until then nothing changes.</source>
        <translation>{1} 以外のロットが入力された時点で、バージョン {0} が判定を始めます。それまでは何も変わりません。</translation>
    </message>
    <message>
        <source>Version {0} waits for the next lot.</source>
        <translation>バージョン {0} は次のロット待ちです。</translation>
    </message>
    <message>
        <source>Activate at the next lot</source>
        <translation>次のロットで有効化</translation>
    </message>
    <message>
        <source>Version {0} will judge again from the next part on, instead of version {1}.</source>
        <translation>次の部品から、バージョン {1} に代わって再びバージョン {0} が判定します。</translation>
    </message>
    <message>
        <source>Version {0} is active again, version {1} is not any more.</source>
        <translation>バージョン {0} が再び有効になり、バージョン {1} は無効になりました。</translation>
    </message>
    <message>
        <source>Nothing changes at the next lot.</source>
        <translation>次のロットでの変更はありません。</translation>
    </message>
    <message>
        <source>Production is locked from then on until the challenge parts are run.</source>
        <translation>その時点から、チャレンジ部品を検査するまで生産はロックされます。</translation>
    </message>
    <message>
        <source>Version {0} goes on waiting for the next lot.</source>
        <translation>バージョン {0} は引き続き次のロットを待ちます。</translation>
    </message>
    <message>
        <source>Testing the version on this machine …</source>
        <translation>この装置でバージョンをテスト中 …</translation>
    </message>
    <message>
        <source>Activate now</source>
        <translation>今すぐ有効化</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取り消し</translation>
    </message>
    <message>
        <source>Versions, newest first</source>
        <translation>バージョン (新しい順)</translation>
    </message>
</context>
<context>
    <name>_ReportPicture</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>この画像を読み込めません。</translation>
    </message>
</context>
<context>
    <name>chart_words</name>
    <message>
        <source>model {0} version {1}</source>
        <translation>モデル {0} バージョン {1}</translation>
    </message>
    <message>
        <source>recipe {0} revision {1}</source>
        <translation>レシピ {0} 改訂 {1}</translation>
    </message>
    <message>
        <source>OK up to {0}, NG above {1}</source>
        <translation>OK {0} 以下、NG {1} 超</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 個</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} 〜 {1}</translation>
    </message>
    <message>
        <source>all others</source>
        <translation>その他すべて</translation>
    </message>
    <message>
        <source>mode not named</source>
        <translation>不良モード未指定</translation>
    </message>
    <message>
        <source>position not known</source>
        <translation>位置不明</translation>
    </message>
    <message>
        <source>{0} NG parts; the line is the cumulative share.</source>
        <translation>NG部品 {0} 個。折れ線は累積比率です。</translation>
    </message>
    <message>
        <source>Left out: {0} that a review calls OK.</source>
        <translation>除外:レビューでOKとされた {0} 個。</translation>
    </message>
    <message>
        <source>Counted in: {0} that only a review calls NG.</source>
        <translation>算入:レビューでのみNGとされた {0} 個。</translation>
    </message>
    <message>
        <source>subgroups of {0} parts</source>
        <translation>部品 {0} 個ごとの群</translation>
    </message>
    <message>
        <source>subgroups of an hour</source>
        <translation>1時間ごとの群</translation>
    </message>
    <message>
        <source>subgroups of {0} hours</source>
        <translation>{0} 時間ごとの群</translation>
    </message>
    <message>
        <source>Mean {0}, {1}, limits 3 σ.</source>
        <translation>平均 {0}、{1}、管理限界 3 σ。</translation>
    </message>
    <message>
        <source>Baseline {0}: the first {1} subgroups of {2} parts, from {3} (part {4} to {5}).</source>
        <translation>ベースライン {0}:{3} からの最初の {1} 群 (1群 {2} 個、部品 {4} 〜 {5})。</translation>
    </message>
    <message>
        <source>Too few for limits.</source>
        <translation>管理限界を求めるには不足です。</translation>
    </message>
    <message>
        <source>No subgroup outside the limits.</source>
        <translation>管理限界外の群はありません。</translation>
    </message>
    <message>
        <source>Outside the limits (▲): {0}.</source>
        <translation>管理限界外 (▲):{0}。</translation>
    </message>
    <message>
        <source>Outside the limits (▲): {0} and {1} more.</source>
        <translation>管理限界外 (▲):{0}、ほか {1} 件。</translation>
    </message>
    <message>
        <source>{0} earlier changes</source>
        <translation>以前の変更 {0} 件</translation>
    </message>
    <message>
        <source>┊ change of shift</source>
        <translation>┊ 直 (シフト) の交替</translation>
    </message>
    <message>
        <source>▽ new lot, the last one {0}</source>
        <translation>▽ 新しいロット、最新は {0}</translation>
    </message>
    <message>
        <source>Model {0} version {1}; OK up to {2}, NG above {3}.</source>
        <translation>モデル {0} バージョン {1}。OK {2} 以下、NG {3} 超。</translation>
    </message>
    <message>
        <source>The last bar takes all from {0} on.</source>
        <translation>最後の棒は {0} 以上をすべて含みます。</translation>
    </message>
    <message>
        <source>Thin lines: earlier thresholds.</source>
        <translation>細線:以前のしきい値。</translation>
    </message>
    <message>
        <source>Escape rate: unknown, since no OK part was drawn at random for review.</source>
        <translation>見逃し率:不明 (レビュー用に無作為抽出されたOK部品がありません)。</translation>
    </message>
    <message>
        <source>Escape rate: unknown, since none of {0} OK parts drawn at random has been called OK or NG.</source>
        <translation>見逃し率:不明 (無作為抽出したOK部品 {0} 個のうち、OKまたはNGとレビューされたものがありません)。</translation>
    </message>
    <message>
        <source>Escape rate: {0} of the parts judged OK (95 %: {1} to {2}); {3} NG among {4} drawn at random and reviewed.</source>
        <translation>見逃し率:OK判定部品の {0} (95 %:{1} 〜 {2})。無作為抽出しレビューした {4} 個中、NG {3} 個。</translation>
    </message>
    <message>
        <source>{0} more wait for review.</source>
        <translation>ほか {0} 個がレビュー待ちです。</translation>
    </message>
    <message>
        <source>{0} unsure are left out.</source>
        <translation>不確か {0} 個は除外しています。</translation>
    </message>
    <message>
        <source>Agreement of reviewers: unknown, since no part was reviewed by two people.</source>
        <translation>レビュー者間の一致:不明 (2名がレビューした部品がありません)。</translation>
    </message>
    <message>
        <source>{0} and {1} first called {2} of {3} parts the same</source>
        <translation>{0} と {1} の最初の判断は {3} 個中 {2} 個で一致</translation>
    </message>
    <message>
        <source>; kappa cannot be told, both always said the same.</source>
        <translation>。両者とも常に同じ判断のため、カッパ係数は求められません。</translation>
    </message>
    <message>
        <source>: Cohen&apos;s kappa {0} (95 %: {1} to {2}).</source>
        <translation>:コーエンのカッパ係数 {0} (95 %:{1} 〜 {2})。</translation>
    </message>
</context>
<context>
    <name>filter_words</name>
    <message>
        <source>not reviewed</source>
        <translation>未レビュー</translation>
    </message>
    <message>
        <source>reviewed</source>
        <translation>レビュー済み</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>真のOK</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>真のNG</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>不確か</translation>
    </message>
    <message>
        <source>escapes: judged OK, truly NG</source>
        <translation>見逃し:OK判定、真のNG</translation>
    </message>
    <message>
        <source>overkill: judged NG or RETEST, truly OK</source>
        <translation>過検出:NG または RETEST (再検査) 判定、真のOK</translation>
    </message>
    <message>
        <source>reviewers disagree</source>
        <translation>レビュー者間で不一致</translation>
    </message>
    <message>
        <source>needs a second opinion</source>
        <translation>別のレビュー者の確認が必要</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(なし)</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>撮影日時 (以降)</translation>
    </message>
    <message>
        <source>Taken before</source>
        <translation>撮影日時 (より前)</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Serial begins with</source>
        <translation>シリアル番号の先頭</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>production parts</source>
        <translation>生産部品</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種別</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>推定</translation>
    </message>
    <message>
        <source>True mode</source>
        <translation>真の不良モード</translation>
    </message>
    <message>
        <source>Score from</source>
        <translation>スコア下限</translation>
    </message>
    <message>
        <source>Score up to</source>
        <translation>スコア上限</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Model version</source>
        <translation>モデルのバージョン</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>レビュー</translation>
    </message>
    <message>
        <source>Drawn at random</source>
        <translation>無作為抽出</translation>
    </message>
    <message>
        <source>only those</source>
        <translation>該当部品のみ</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>all that were recorded</source>
        <translation>記録されたすべて</translation>
    </message>
    <message>
        <source>escape</source>
        <translation>見逃し</translation>
    </message>
    <message>
        <source>overkill</source>
        <translation>過検出</translation>
    </message>
</context>
<context>
    <name>pdf_report</name>
    <message>
        <source>NG parts by mode</source>
        <translation>不良モード別のNG部品</translation>
    </message>
    <message>
        <source>NG parts by position</source>
        <translation>位置別のNG部品</translation>
    </message>
    <message>
        <source>Share of NG (p-chart)</source>
        <translation>NG の割合 (p 管理図)</translation>
    </message>
    <message>
        <source>Scores: ■ not reviewed  ▨ reviewed OK  ▩ reviewed NG</source>
        <translation>スコア:■ 未レビュー  ▨ レビューOK  ▩ レビューNG</translation>
    </message>
    <message>
        <source>Scores of OK parts (EWMA, λ = {0})</source>
        <translation>OK 部品のスコア (EWMA, λ = {0})</translation>
    </message>
    <message>
        <source>Inspection report</source>
        <translation>検査レポート</translation>
    </message>
    <message>
        <source>Station {0}, written {1}</source>
        <translation>検査機 {0}、作成 {1}</translation>
    </message>
    <message>
        <source>What was asked for</source>
        <translation>抽出条件</translation>
    </message>
    <message>
        <source>Parts found</source>
        <translation>該当部品数</translation>
    </message>
    <message>
        <source>Counts and mistakes of the period, lot and model</source>
        <translation>期間・ロット・モデルの集計と誤判定</translation>
    </message>
    <message>
        <source>Escapes: {0} of {1} parts that reviews call NG ({2}; 95 %: {3} to {4}).</source>
        <translation>見逃し:レビューでNGとされた部品 {1} 個中 {0} 個 ({2}、95 %:{3} 〜 {4})。</translation>
    </message>
    <message>
        <source>Overkill: {0} of {1} parts that reviews call OK ({2}; 95 %: {3} to {4}).</source>
        <translation>過検出:レビューでOKとされた部品 {1} 個中 {0} 個 ({2}、95 %:{3} 〜 {4})。</translation>
    </message>
    <message>
        <source>These two count what was reviewed, and QA chooses what it reviews; the next one rests on chance alone.</source>
        <translation>上の2つはレビューした部品の集計で、レビュー対象は品質保証が選びます。次の値は無作為抽出のみに基づきます。</translation>
    </message>
    <message>
        <source>Shifts and lots</source>
        <translation>直とロット</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>直 (シフト)</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>ロット</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>部品</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>There was nothing to draw.</source>
        <translation>描画するデータがありません。</translation>
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
        <source>No picture of this part was recorded.</source>
        <translation>この部品の画像は記録されていません。</translation>
    </message>
    <message>
        <source>{0}: no longer on disk</source>
        <translation>{0}:ディスクに残っていません</translation>
    </message>
    <message>
        <source>Page {0} of {1}</source>
        <translation>{0} / {1} ページ</translation>
    </message>
    <message>
        <source>Parts, newest first</source>
        <translation>部品 (新しい順)</translation>
    </message>
    <message>
        <source>{0} of {1}; {2} more are not shown</source>
        <translation>{1} 個中 {0} 個。残り {2} 個は表示していません</translation>
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
        <source>Black picture</source>
        <translation>画像が真っ黒です</translation>
    </message>
    <message>
        <source>Picture too bright</source>
        <translation>画像が明るすぎます</translation>
    </message>
    <message>
        <source>Empty picture</source>
        <translation>何も写っていません</translation>
    </message>
    <message>
        <source>Blurred picture</source>
        <translation>画像がぼけています</translation>
    </message>
    <message>
        <source>The camera repeats a picture</source>
        <translation>カメラが同じ画像を繰り返しています</translation>
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
        <source>line started</source>
        <translation>ライン開始</translation>
    </message>
    <message>
        <source>line stopped</source>
        <translation>ライン停止</translation>
    </message>
    <message>
        <source>lot or operator</source>
        <translation>ロットまたは作業者</translation>
    </message>
    <message>
        <source>lot ended</source>
        <translation>ロット終了</translation>
    </message>
    <message>
        <source>model on line</source>
        <translation>ラインのモデル</translation>
    </message>
    <message>
        <source>model published</source>
        <translation>モデル公開</translation>
    </message>
    <message>
        <source>model activated</source>
        <translation>モデル有効化</translation>
    </message>
    <message>
        <source>model rolled back</source>
        <translation>モデルを元に戻した</translation>
    </message>
    <message>
        <source>model for the next lot</source>
        <translation>次のロットのモデル</translation>
    </message>
    <message>
        <source>model for the next lot withdrawn</source>
        <translation>次のロットのモデルを取り消し</translation>
    </message>
    <message>
        <source>thresholds</source>
        <translation>しきい値</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>レシピ</translation>
    </message>
    <message>
        <source>candidate in shadow</source>
        <translation>候補のシャドー判定</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>アラーム</translation>
    </message>
    <message>
        <source>alarm acknowledged</source>
        <translation>アラーム確認</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>parts exported</source>
        <translation>部品の出力</translation>
    </message>
    <message>
        <source>database</source>
        <translation>データベース</translation>
    </message>
    <message>
        <source>old pictures deleted</source>
        <translation>古い画像の削除</translation>
    </message>
    <message>
        <source>account</source>
        <translation>アカウント</translation>
    </message>
    <message>
        <source>signed in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>signed out</source>
        <translation>サインアウト</translation>
    </message>
    <message>
        <source>sign-in refused</source>
        <translation>サインイン拒否</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>作業者</translation>
    </message>
    <message>
        <source>QA</source>
        <translation>品質保証</translation>
    </message>
    <message>
        <source>engineer</source>
        <translation>技術者</translation>
    </message>
    <message>
        <source>no lot is started: start one before parts are judged</source>
        <translation>ロットが開始されていません:部品の判定前にロットを開始してください</translation>
    </message>
    <message>
        <source>an alarm stops the line: acknowledge it, then go on</source>
        <translation>アラームによりラインが停止しています:確認してから続行してください</translation>
    </message>
    <message>
        <source>challenge parts have not been run on this station yet: run them before production parts</source>
        <translation>この検査機ではチャレンジ部品の検査がまだ行われていません:生産部品の前に実施してください</translation>
    </message>
    <message>
        <source>a shift has begun: run the challenge parts before production parts</source>
        <translation>直 (シフト) が始まりました:生産部品の前にチャレンジ部品の検査を実施してください</translation>
    </message>
    <message>
        <source>the model or its thresholds have changed: run the challenge parts before production parts</source>
        <translation>モデルまたはしきい値が変更されました:生産部品の前にチャレンジ部品の検査を実施してください</translation>
    </message>
    <message>
        <source>a challenge part was not judged as expected: run the challenge parts again, or an engineer overrides with a reason</source>
        <translation>チャレンジ部品が想定どおりに判定されませんでした:チャレンジ部品の検査を再実施するか、技術者が理由を記入して解除してください</translation>
    </message>
    <message>
        <source>challenge parts are being run: close them before production parts</source>
        <translation>チャレンジ部品の検査中です:生産部品の前に終了してください</translation>
    </message>
    <message>
        <source>the challenge parts have passed: close their list, then go on with production</source>
        <translation>チャレンジ部品は合格しました:一覧を閉じてから生産を続けてください</translation>
    </message>
    <message>
        <source>the last challenge part waits for its verdict: wait for it, then present the next one</source>
        <translation>直前のチャレンジ部品が判定待ちです:判定を待ってから次の部品を置いてください</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>真のOK</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>真のNG</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>不確か</translation>
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
        <source>Model for this lot</source>
        <translation>このロットのモデル</translation>
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
        <source>Serial</source>
        <translation>シリアル番号</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>スキャナー</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>チャレンジ部品</translation>
    </message>
    <message>
        <source>Cannot start</source>
        <translation>起動できません</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>データベース</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>バックアップ</translation>
    </message>
    <message>
        <source>Old pictures</source>
        <translation>古い画像</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>結果の送信</translation>
    </message>
    <message>
        <source>Trigger</source>
        <translation>トリガー</translation>
    </message>
    <message>
        <source>Lot or operator</source>
        <translation>ロットまたは作業者</translation>
    </message>
</context>
</TS>
